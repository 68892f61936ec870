import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConsumerGroup, seededRandom, type Batch, type Random } from '../../src'
import { BrokerRig } from '../broker/broker-rig'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

const seeds = 30
const batches = 60

/** A log with gaps as compaction leaves them, and ends of transactions in between. */
function appendWithGaps(served: ServedLog, random: Random): void {
  for (let i = 0; i < batches; i++) {
    if (random() < 0.2) served.append([], { control: random() < 0.5 ? 'commit' : 'abort', producerId: 7n })
    else {
      const count = 1 + Math.floor(random() * 8)
      served.append(numbered(count), { gap: random() < 0.3 ? Math.floor(random() * 20) : 0 })
    }
  }
  served.append([], { control: 'commit', producerId: 7n })
}

function draw<T>(from: T[], random: Random): T {
  return from.splice(Math.floor(random() * from.length), 1)[0]!
}

/** What may be stored: all up to the first batch that is not acked, whose own beginning is the most. */
function bounds(all: readonly Batch[], isAcked: (batch: Batch) => boolean): readonly [bigint, bigint] {
  const index = all.findIndex(batch => !isAcked(batch))
  const before = index < 0 ? all.at(-1) : all[index - 1]
  return [before?.nextOffset ?? 0n, all[index]?.firstOffset ?? 1_000_000n]
}

test('acks in any order, over gaps and markers: just what is acked without a gap is stored, in the end all', async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const random = seededRandom(seed)
    const served = await ServedLog.start()
    served.committed.set(0, 0n)
    appendWithGaps(served, random)
    const out: Batch[] = []
    const acked = new Set<Batch>()
    const reading = new Reading(served, {
      groupId: 'billing',
      maxBatchMessages: 1 + Math.floor(random() * 6),
      maxInFlightBatches: 12,
      autoCommitIntervalMs: 20,
      each: batch => void out.push(batch),
    })
    await served.clock.until(() => out.length > 0)
    while (out.length > 0) {
      const batch = draw(out, random)
      batch.ack()
      acked.add(batch)
      await served.clock.advance(30)
      const [least, most] = bounds(reading.batches, one => acked.has(one))
      const stored = served.committed.get(0)!
      assert.ok(stored >= least && stored <= most, `seed ${seed}: ${stored}, not from ${least} to ${most}`)
    }
    await served.clock.advance(1000)
    assert.is(served.committed.get(0), served.logs[0]!.at(-1)!.nextOffset, `seed ${seed}`)
  }
})

test('one that is never acked while those behind it are holds back the commits; reading stops, and an event names it', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 3000; i++) served.append([`message ${i}`])
  const reading = new Reading(served, {
    groupId: 'billing',
    maxBatchMessages: 1,
    maxInFlightBatches: 4,
    autoCommitIntervalMs: 1000,
    each: batch => void (batch.firstOffset === 5n || batch.ack()),
  })
  await served.clock.advance(29_000)
  assert.is(served.committed.get(0), 5n)
  assert.ok(reading.count < 1100, `${reading.count} messages are read`)
  await served.clock.advance(3000)
  assert.is(reading.error, undefined)
  assert.equal(
    reading.of('ack-stalled').map(({ firstOffset }) => firstOffset),
    [5n],
  )
  reading.batches[5]!.ack()
  await served.clock.until(() => served.committed.get(0) === 3000n)
})

test('a group takes partitions away from who acks in any order: the next owner begins where the first gap is', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seededRandom(seed)
    const rig = await BrokerRig.start({ topics: { orders: { partitions: 2 } } })
    for (const partition of [0, 1])
      rig.kafka.partition('orders', partition).append(numbered(100).map(value => ({ value })))
    const options = { autoOffsetReset: 'earliest', rebalanceTimeoutMs: 20_000, maxBatchMessages: 5 } as const
    const first = new ConsumerGroup(rig.client(), 'billing', 'orders', { ...options, maxInFlightBatches: 10 })
    const second = new ConsumerGroup(rig.client(), 'billing', 'orders', options)
    const given: Batch[] = []
    first.start().subscribe({ next: batch => void given.push(batch) })
    await rig.clock.until(() => given.length === 20)
    const acked = new Set(given.filter(() => random() < 0.7))
    const waiting = [...acked]
    const begun = new Map<number, bigint>()
    second.start().subscribe({
      next: ({ partition, firstOffset }) => begun.has(partition) || begun.set(partition, firstOffset),
    })
    // While the rebalance waits for them.
    while (waiting.length > 0) {
      await rig.clock.advance(100)
      draw(waiting, random).ack()
    }
    await rig.clock.until(() => begun.size > 0, 60_000)
    for (const [partition, offset] of begun) {
      const mine = given.filter(batch => batch.partition === partition)
      const end = mine.find(batch => !acked.has(batch))?.firstOffset ?? mine.at(-1)!.nextOffset
      assert.is(offset, end, `seed ${seed}`)
    }
    await rig.close()
  }
})

test.run()
