import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { random, roundRobin } from '../../src/partitioners'
import { SimulatedTopic } from './simulated-topic'

for (const [name, partitioner] of Object.entries({ roundRobin: roundRobin(), random: random() })) {
  test(`${name} leaves out partitions that nobody leads, as long as that lasts`, () => {
    const topic = new SimulatedTopic(4)
    const call = topic.caller(partitioner)
    topic.leaderless.add(1)
    topic.leaderless.add(2)
    for (let at = 0; at < 400; at++) assert.ok([0, 3].includes(call(1)))
    topic.leaderless.clear()
    const seen = new Set(Array.from({ length: 200 }, () => call(1)))
    assert.is(seen.size, 4)
  })

  test(`${name} goes on choosing when nobody leads any of them`, () => {
    const topic = new SimulatedTopic(3)
    for (const partition of topic.partitions) topic.leaderless.add(partition)
    const call = topic.caller(partitioner)
    for (let at = 0; at < 10; at++) assert.ok(call(1) < 3)
  })
}

test.run()
