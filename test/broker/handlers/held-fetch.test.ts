import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Partition } from '../../../src/broker/cluster'
import { PartitionLog } from '../../../src/broker/log'
import { Apis } from '../../../src/protocol'
import { BrokerRig } from '../broker-rig'
import { Asker } from './asker'

const partitions = 1000
const test = suite<{ rig: BrokerRig }>('a fetch that is held')
test.before.each(async context => {
  context.rig = await BrokerRig.start({ topics: { orders: { partitions } } })
})
test.after.each(({ rig }) => rig.close())

/** Counts the calls of this method from now on; `restore` ends that. */
function counting<T extends object>(owner: T, method: keyof T) {
  const right = owner[method] as (...args: unknown[]) => unknown
  const counter = { calls: 0, restore: () => void (owner[method] = right as T[keyof T]) }
  owner[method] = function (this: T, ...args: unknown[]) {
    counter.calls++
    return right.apply(this, args)
  } as T[keyof T]
  return counter
}

const wholeTopic = (minBytes: number, maxWaitMs: number) => ({
  ...{ minBytes, maxWaitMs, maxBytes: 1_000_000 },
  topics: [
    {
      topic: 'orders',
      partitions: Array.from({ length: partitions }, (_, partition) => ({
        ...{ partition, fetchOffset: 0, partitionMaxBytes: 100_000 },
      })),
    },
  ],
})

test('a change of one partition has that one looked at, and nothing read but for the answer', async ({
  rig,
}) => {
  const asker = new Asker(rig)
  const client = rig.client()
  await rig.done(rig.produce('first', { client }))
  const reads = counting(PartitionLog.prototype, 'read')
  const looks = counting(PartitionLog.prototype, 'bytesBetween')
  try {
    await asker.send(Apis.Fetch, 12, wholeTopic(100_000, 60_000))
    await rig.clock.until(() => reads.calls >= partitions)
    reads.calls = 0
    for (let i = 0; i < 10; i++) await rig.done(rig.produce(`message ${i}`, { client }))
    await rig.clock.advance(10)
    assert.equal([reads.calls, looks.calls], [0, 10])
    await rig.done(rig.produce('x'.repeat(100_000), { client, partition: 7 }))
    await rig.clock.advance(10)
    assert.equal([reads.calls, looks.calls], [partitions, 11])
    await rig.done(rig.produce('y', { client, partition: 7 }))
    await rig.clock.advance(10)
    assert.equal([reads.calls, looks.calls], [partitions, 11])
  } finally {
    reads.restore()
    looks.restore()
  }
})

/** How many partitions are watched from now on; `restore` ends the counting. */
function watchers() {
  const { watch } = Partition.prototype
  const counter = { now: 0, restore: () => void (Partition.prototype.watch = watch) }
  Partition.prototype.watch = function (listener) {
    counter.now++
    const stop = watch.call(this, listener)
    return () => {
      counter.now--
      stop()
    }
  }
  return counter
}

test('nothing watches a partition any more when the fetch is answered, or its connection is gone', async ({
  rig,
}) => {
  const watching = watchers()
  try {
    const asker = new Asker(rig)
    const client = rig.client()
    await asker.send(Apis.Fetch, 12, wholeTopic(100_000, 1000))
    await rig.clock.until(() => watching.now === partitions)
    for (let i = 0; i < 10; i++) await rig.done(rig.produce(`message ${i}`, { client }))
    assert.is(watching.now, partitions)
    await rig.clock.advance(1000)
    assert.is(watching.now, 0)
    await asker.send(Apis.Fetch, 12, wholeTopic(100_000, 60_000))
    await rig.clock.until(() => watching.now === partitions)
    rig.kafka.broker(1).cutConnections()
    await rig.clock.advance(10)
    assert.is(watching.now, 0)
  } finally {
    watching.restore()
  }
})

test.run()
