import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom } from '../../src/kernel'
import { random } from '../../src/partitioners'
import { SimulatedTopic } from './simulated-topic'

test('each call goes anywhere, whatever its key, each partition as often as the others', () => {
  const topic = new SimulatedTopic(5)
  const call = topic.caller(random())
  for (let at = 0; at < 50_000; at++) call(1, at % 2 ? 'same' : undefined)
  for (const share of topic.shares()) assert.ok(Math.abs(share - 1) < 0.05, topic.shares().join(' '))
})

test('the dice are those of the client, or those that are given', () => {
  const throws = (partitioner: ReturnType<typeof random>, seed: number): number[] => {
    const call = new SimulatedTopic(100, seed).caller(partitioner)
    return Array.from({ length: 10 }, () => call(1))
  }
  assert.equal(throws(random(), 3), throws(random(), 3))
  assert.not.equal(throws(random(), 3), throws(random(), 4))
  assert.equal(throws(random(seededRandom(7)), 3), throws(random(seededRandom(7)), 4))
  assert.is(random(() => 0.999999).forTopic('orders')(null, [4, 5, 6]), 6)
})

test('without a client there are dice too', () => {
  const choose = random().forTopic('orders')
  assert.equal([...new Set(Array.from({ length: 300 }, () => choose(null, [3, 8])))].sort(), [3, 8])
})

test.run()
