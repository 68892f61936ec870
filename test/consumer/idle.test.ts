import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createMessage } from '../../src'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { Reading } from './reading'

const hour = 3_600_000
const partitions = 12
const group = {
  groupId: 'billing',
  autoOffsetReset: 'earliest',
  ack: 'manual',
  autoCommitIntervalMs: 1000,
  fetchMaxWaitMs: 2000,
} as const

async function quietCluster(): Promise<BrokerRig> {
  return BrokerRig.start({ brokers: 3, topics: { orders: { partitions } } })
}

const append = (rig: BrokerRig, partition: number) =>
  rig.kafka.partition('orders', partition).append([createMessage('one')])

const connectionsOf = (rig: BrokerRig) =>
  rig.kafka.brokers.reduce((sum, { id }) => sum + rig.kafka.broker(id).connections, 0)

/** What waits for its time, connections and requests, over an hour of nothing. */
async function idleHour(rig: BrokerRig) {
  const before = { pending: rig.clock.pending, connections: connectionsOf(rig) }
  let asked = 0
  for (let minute = 0; minute < 60; minute++) {
    rig.kafka.requests.clear()
    await rig.clock.advance(hour / 60)
    asked += rig.kafka.requests.of().length
  }
  return { asked, before, after: { pending: rig.clock.pending, connections: connectionsOf(rig) } }
}

test('an hour without messages: one fetch at a time to each broker, nothing piles up, and the next message comes at once', async () => {
  const rig = await quietCluster()
  const reading = new Reading(rig, group)
  append(rig, 0)
  await rig.clock.until(() => rig.kafka.committed('billing', 'orders', 0) === 1n)
  await rig.clock.advance(10_000)
  const { asked, before, after } = await idleHour(rig)
  // Every two seconds to each of three brokers, and metadata every five minutes.
  assert.ok(asked <= 3 * 1800 + 100, `${asked} requests in an hour`)
  assert.ok(after.pending <= before.pending + 3, `${after.pending} tasks, before ${before.pending}`)
  assert.ok(after.connections <= before.connections, `${after.connections} of ${before.connections}`)
  append(rig, 5)
  await rig.clock.until(() => reading.count === 2, 100)
  await rig.clock.until(() => rig.kafka.committed('billing', 'orders', 5) === 1n, 2500)
  assert.equal([...reading.of('retry'), ...reading.of('stalled'), ...reading.of('commit-failed')], [])
  await rig.close()
})

test('an hour of pause: brokers close what is idle, nothing is asked, and what is resumed is read and committed at once', async () => {
  const rig = await quietCluster()
  const reading = new Reading(rig, group)
  append(rig, 0)
  await rig.clock.until(() => rig.kafka.committed('billing', 'orders', 0) === 1n)
  reading.consumer.pause()
  await rig.clock.advance(10_000)
  const { asked, before, after } = await idleHour(rig)
  assert.ok(asked < 200, `${asked} requests in an hour`)
  assert.ok(before.connections > 3)
  assert.ok(after.connections <= 2, `${after.connections} connections are open`)
  assert.ok(after.pending <= before.pending, `${after.pending} tasks, before ${before.pending}`)
  for (let partition = 0; partition < partitions; partition++) append(rig, partition)
  reading.consumer.resume()
  await rig.clock.until(() => reading.count === partitions + 1, 200)
  await rig.clock.until(() => rig.kafka.committed('billing', 'orders', 11) === 1n, 2500)
  assert.is(reading.error, undefined)
  assert.equal([...reading.of('stalled'), ...reading.of('commit-failed')], [])
  await rig.close()
})

test('an hour without a topic: it is asked for every few seconds, not more, and read when it is there', async () => {
  const rig = await BrokerRig.start({ topics: {}, config: { 'auto.create.topics.enable': false } })
  const reading = new Reading(rig)
  await rig.clock.advance(10_000)
  const { asked, before, after } = await idleHour(rig)
  assert.ok(asked > 60 && asked < hour / 500, `${asked} requests in an hour`)
  assert.ok(rig.kafka.requests.of(Apis.Metadata).length > 0)
  assert.ok(after.pending <= before.pending + 3, `${after.pending} tasks, before ${before.pending}`)
  await rig.done(rig.kafka.createTopic('orders'))
  append(rig, 0)
  await rig.clock.until(() => reading.count === 1, 10_000)
  await rig.close()
})

test.run()
