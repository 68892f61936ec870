import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ClientOptions } from '../../src'
import { answerWith, delayRequest, dropAnswer, throttle } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { numbered, Reading } from './reading'

const { Fetch, OffsetCommit } = Apis
const slow = suite('a slow broker')
let rig: BrokerRig

/** Three brokers, each of which leads one partition. */
slow.before.each(async () => {
  rig = await BrokerRig.start({ brokers: 3, topics: { orders: { partitions: 3 } } })
})
slow.after.each(() => rig.close())

const place = (id: number) => `${rig.kafka.broker(id).host}:${rig.kafka.broker(id).port}`
const leaderOf = (partition: number) => rig.kafka.partition('orders', partition).leader

function append(partition: number, count: number, bytes = 0): void {
  const values = numbered(count).map(value => ({ value: value.padEnd(bytes) }))
  rig.kafka.partition('orders', partition).append(values)
}

function reads(options: ClientOptions = {}, consumer: object = {}): Reading {
  return new Reading(rig, { client: rig.client({ requestTimeoutMs: 1000, ...options }), ...consumer })
}

const countOf = (reading: Reading, partition: number): number =>
  reading.batches
    .filter(batch => batch.partition === partition)
    .reduce((sum, { firstOffset, nextOffset }) => sum + Number(nextOffset - firstOffset), 0)

/** How long it takes until so many of this partition are read. */
async function timeFor(
  reading: Reading,
  partition: number,
  count: number,
  limitMs = 600_000,
): Promise<number> {
  const since = rig.clock.monotonic()
  await rig.clock.until(() => countOf(reading, partition) >= count, limitMs)
  return rig.clock.monotonic() - since
}

/** All of a partition came once and in order. */
function assertWhole(reading: Reading, partition: number, count: number): void {
  const values = reading.batches
    .filter(batch => batch.partition === partition)
    .flatMap(({ messages }) => messages.map(({ value }) => value!.toString().trimEnd()))
  assert.equal(values, numbered(count))
}

slow('of 1 KB a second is read at that pace, whole, and harms no other', async () => {
  rig.kafka.broker(leaderOf(0)).setPace({ readBytesPerSecond: 1000, writeBytesPerSecond: 1000 })
  append(0, 20, 300)
  for (const partition of [1, 2]) append(partition, 20, 300)
  // What takes longer than a request may is a timeout: so much comes at a time.
  const reading = reads({ requestTimeoutMs: 20_000 }, { fetchMaxWaitMs: 100 })
  assert.ok((await timeFor(reading, 1, 20)) < 5000)
  await timeFor(reading, 2, 20)
  assert.ok((await timeFor(reading, 0, 20)) > 3000)
  for (const partition of [0, 1, 2]) assertWhole(reading, partition, 20)
  assert.is(reading.error, undefined)
})

slow('a second away, byte by byte, is read once and in order', async () => {
  rig.network.delay(1000)
  rig.network.split(1)
  for (const partition of [0, 1, 2]) append(partition, 10)
  const reading = reads({ requestTimeoutMs: 10_000 })
  for (const partition of [0, 1, 2]) await timeFor(reading, partition, 10, 60_000)
  append(0, 1)
  assert.ok((await timeFor(reading, 0, 11)) < 5000)
  for (const partition of [1, 2]) assertWhole(reading, partition, 10)
})

slow(
  'that holds clients back is asked when it says, as an event tells; others are not held back',
  async () => {
    const client = rig.client()
    let told = 0
    client.events$.subscribe(({ type }) => (told += type === 'throttled' ? 1 : 0))
    const reading = new Reading(rig, { client })
    await rig.clock.advance(1000)
    rig.kafka.faults.on(Fetch, throttle(5000), { broker: leaderOf(0) })
    await rig.clock.advance(1000)
    for (const partition of [0, 1]) append(partition, 10)
    assert.ok((await timeFor(reading, 1, 10)) < 600)
    assert.ok((await timeFor(reading, 0, 10)) < 6000)
    assert.ok(told > 0)
    rig.kafka.requests.clear()
    await rig.clock.advance(20_000)
    const asked = rig.kafka.requests.of(Fetch).filter(({ broker }) => broker === leaderOf(0))
    assert.ok(asked.length <= 5, `${asked.length} fetches in 20 s`)
  },
)

slow('that is silent holds up nobody else, and is given up in time', async () => {
  const reading = reads({}, { fetchMaxWaitMs: 500 })
  await rig.clock.advance(1000)
  rig.kafka.faults.on(Fetch, dropAnswer(), { broker: leaderOf(0) })
  await rig.clock.advance(1000)
  append(0, 10)
  for (let round = 1; round <= 5; round++) {
    append(1, 10)
    assert.ok((await timeFor(reading, 1, 10 * round)) < 600)
    await rig.clock.advance(1000)
  }
  // Its silence is no secret.
  assert.ok(reading.of('retry').some(({ at }) => at.partition === 0))
  assert.is(countOf(reading, 0), 0)
  rig.kafka.faults.clear()
  await timeFor(reading, 0, 10, 10_000)
  assertWhole(reading, 0, 10)
})

slow(
  'that takes connections and says nothing, or takes none, is told of, and read from when it is well',
  async () => {
    for (const sick of ['ignore', 'hold'] as const) {
      const id = leaderOf(0)
      rig.network[sick](place(id))
      rig.kafka.broker(id).cutConnections()
      const before = rig.kafka.partition('orders', 0).logEndOffset
      append(0, 10)
      append(1, 10)
      const reading = reads({ connectTimeoutMs: 1000 })
      assert.ok((await timeFor(reading, 1, Number(before) + 10)) < 5000)
      await rig.clock.advance(10_000)
      assert.is(countOf(reading, 0), 0)
      assert.ok(
        reading.of('retry').some(({ at }) => at.partition === 0),
        sick,
      )
      rig.network.heal(place(id))
      await timeFor(reading, 0, Number(before) + 10, 10_000)
      await rig.done(reading.consumer.stop())
    }
  },
)

slow('in the answers to commits holds up neither reading nor other commits for long', async () => {
  const reading = reads(
    {},
    { groupId: 'billing', autoCommitIntervalMs: 100, autoOffsetReset: 'earliest', maxBatchMessages: 1 },
  )
  rig.kafka.faults.on(OffsetCommit, delayRequest(5000), { times: 2 })
  append(0, 50)
  assert.ok((await timeFor(reading, 0, 50)) < 2000)
  await rig.clock.until(() => rig.kafka.committed('billing', 'orders', 0) === 50n, 20_000)
  rig.kafka.faults.on(OffsetCommit, answerWith('COORDINATOR_LOAD_IN_PROGRESS'), { times: 3 })
  append(0, 1)
  await rig.clock.until(() => rig.kafka.committed('billing', 'orders', 0) === 51n, 20_000)
  assert.is(reading.error, undefined)
})

slow.run()
