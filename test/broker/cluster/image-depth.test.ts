import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ClusterImage, type TopicImage } from '../../../src/broker/cluster/image'

let read = 0

/** Changes that count how often they are read. */
class Counted extends Map<string, TopicImage | undefined> {
  override [Symbol.iterator]() {
    read++
    return super[Symbol.iterator]()
  }
}

const topic = (name: string): TopicImage => ({ name, id: name, isInternal: false, partitions: [] })

test('images that nobody looks at do not need all those before them', () => {
  const none = { controllerId: -1, brokers: new Map() }
  let image = ClusterImage.empty
  for (let i = 0; i < 5000; i++) image = image.next(none, new Counted([[`t${i}`, topic(`t${i}`)]]))
  read = 0
  assert.is(image.topics.size, 5000)
  assert.ok(read <= 1001, `${read} changes were kept`)
})

test.run()
