import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BrokerError } from '../../src'
import {
  ArgumentError,
  MessageTooLargeError,
  CorruptRecordError,
  NoOffsetError,
  OFFSET_COMMITTED,
  OFFSET_LATEST,
} from '../../src'
import { Apis, errorCode } from '../../src/protocol'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

test('after a leader move reading goes on at the new leader, without a gap', async () => {
  const served = await ServedLog.start({ brokers: 2 })
  served.append(numbered(10))
  const reading = new Reading(served)
  await served.clock.until(() => reading.count === 10)
  served.moveLeader(0, 2)
  served.append(numbered(10, 10))
  await served.clock.until(() => reading.count === 20, 5000)
  assert.equal(reading.values, numbered(20))
  assert.is(served.peers[1]!.of(Apis.Fetch)[0]!.body.topics[0]!.partitions[0]!.currentLeaderEpoch, 1)
  assert.is(reading.error, undefined)
})

for (const [what, errorCode] of [
  ['records', 0],
  ['an error', 1],
] as const) {
  test(`a new leader is read from while the old one stays silent, whose late answer with ${what} counts for nothing`, async () => {
    const served = await ServedLog.start({ brokers: 2 })
    const client = served.client()
    let late = (): void => undefined
    served.peers[0]!.on(Apis.Fetch, (_, reply) => {
      const told = { partitionIndex: 0, errorCode, highWatermark: 10n, abortedTransactions: [] }
      late = () => {
        const records = served.logs[0]![0]!.bytes
        reply({ responses: [{ topic: 'orders', partitions: [{ ...told, records }] }] })
      }
    })
    const reading = new Reading(served, { client })
    await served.clock.advance(1000)
    served.append(numbered(10))
    served.moveLeader(0, 2)
    client.loadMetadataForTopics('orders').start()
    await served.clock.until(() => reading.count === 10, 1000)
    late()
    await served.clock.advance(1000)
    assert.equal(reading.values, numbered(10))
    assert.is(reading.of('offset-reset').length, 0)
  })
}

test('a broken connection is no error: reading goes on without a gap', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served)
  for (let i = 0; i < 5; i++) {
    served.append(numbered(10, 10 * i))
    await served.clock.until(() => reading.count === 10 * (i + 1), 30_000)
    served.network.cut('b1:9092')
  }
  assert.equal(reading.values, numbered(50))
  assert.ok(reading.of('retry').length > 0)
})

test('a broker that is away for minutes is waited for', async () => {
  const served = await ServedLog.start()
  const reading = new Reading(served)
  await served.clock.advance(1000)
  served.network.refuse('b1:9092')
  served.network.cut('b1:9092')
  await served.clock.advance(300_000)
  served.append(numbered(3))
  served.network.heal('b1:9092')
  await served.clock.until(() => reading.count === 3, 30_000)
  assert.is(reading.error, undefined)
})

test('a topic that is not known is waited for, and an event says so', async () => {
  const served = await ServedLog.start()
  served.isTopicKnown = false
  const reading = new Reading(served)
  await served.clock.advance(120_000)
  assert.is(reading.error, undefined)
  const [waiting] = reading.of('waiting-for-topic')
  assert.is(waiting!.topic, 'orders')
  assert.is((waiting!.error as BrokerError).reason, 'UNKNOWN_TOPIC_OR_PARTITION')
  served.isTopicKnown = true
  served.append(['here'])
  await served.clock.until(() => reading.count === 1, 5000)
})

test('a partition that the topic does not have is refused', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  const reading = new Reading(served, { partitions: [0, 5] })
  await served.clock.until(() => reading.error !== undefined, 5000)
  assert.instance(reading.error, ArgumentError)
  assert.match((reading.error as Error).message, 'which has 0 to 1')
})

for (const [policy, expected] of [
  ['earliest', ['kept', 'new']],
  ['latest', ['new']],
] as const) {
  test(`an offset that is gone is reset to ${policy}`, async () => {
    const served = await ServedLog.start()
    served.append(['gone'])
    served.append(['kept'])
    served.truncateBefore(1n)
    const reading = new Reading(served, { from: 0, autoOffsetReset: policy })
    await served.clock.advance(1000)
    served.append(['new'])
    await served.clock.until(() => reading.count === expected.length)
    assert.equal(reading.values, expected)
    assert.equal(
      reading.of('offset-reset').map(({ from, to }) => [from, to]),
      [[0n, policy]],
    )
  })
}

test('without a reset policy an offset that is gone is an error that names it', async () => {
  const served = await ServedLog.start()
  served.append(['one'])
  const reading = new Reading(served, { from: 5, autoOffsetReset: 'none' })
  await served.clock.until(() => reading.error !== undefined)
  assert.instance(reading.error, NoOffsetError)
  assert.match((reading.error as Error).message, 'orders/0: the log does not have offset 5')
  assert.is(((reading.error as Error).cause as BrokerError).reason, 'OFFSET_OUT_OF_RANGE')
})

test('an error of OffsetFetch is never taken for "nothing stored"', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const stored = [{ partitionIndex: 0, committedOffset: -1n, metadata: null, errorCode: 88 }]
  served.peers[0]!.on(Apis.OffsetFetch, (_, reply) =>
    reply({
      groups: [{ groupId: 'billing', topics: [{ name: 'orders', partitions: stored }], errorCode: 0 }],
    }),
  )
  const reading = new Reading(served, {
    groupId: 'billing',
    from: OFFSET_COMMITTED,
    autoOffsetReset: 'earliest',
  })
  await served.clock.advance(200_000)
  assert.is(reading.count, 0)
  assert.is(reading.error, undefined)
  assert.is(reading.of('offset-reset').length, 0)
  stored[0] = { partitionIndex: 0, committedOffset: 4n, metadata: null, errorCode: 0 }
  await served.clock.until(() => reading.count > 0)
  assert.equal(reading.values, numbered(6, 4))
})

test('a group that has stored nothing begins where the option says; "latest" is stored at once', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const reading = new Reading(served, { groupId: 'billing', from: OFFSET_COMMITTED })
  await served.clock.advance(1000)
  assert.is(served.committed.get(0), 10n)
  served.append(['new'])
  await served.clock.until(() => reading.count === 1)
  assert.equal(reading.values, ['new'])
})

test('without a reset policy a group that has stored nothing is an error', async () => {
  const served = await ServedLog.start()
  const options = { groupId: 'billing', from: OFFSET_COMMITTED, autoOffsetReset: 'none' } as const
  const reading = new Reading(served, options)
  await served.clock.until(() => reading.error !== undefined)
  assert.instance(reading.error, NoOffsetError)
  assert.match((reading.error as Error).message, 'group billing has stored no offset')
})

test('an error that no retry mends ends the stream, after what came before it', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const reading = new Reading(served)
  await served.clock.until(() => reading.count === 10)
  served.fetchErrors.set(0, 29)
  await served.clock.until(() => reading.error !== undefined)
  assert.is((reading.error as BrokerError).reason, 'TOPIC_AUTHORIZATION_FAILED')
  assert.match((reading.error as BrokerError).where, 'orders/0 offset 10')
})

test('an error of one partition does not hold up the others', async () => {
  const served = await ServedLog.start({ partitions: 2 })
  served.fetchErrors.set(0, 56)
  const reading = new Reading(served, { from: OFFSET_LATEST })
  await served.clock.advance(60_000)
  served.append(['other'], { partition: 1 })
  await served.clock.until(() => reading.count === 1, 600)
  served.append(['mended'])
  served.fetchErrors.clear()
  await served.clock.until(() => reading.count === 2, 2500)
})

test('a damaged batch ends the stream by name, after the good ones before it', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  served.append(numbered(10, 10))
  served.append(numbered(10, 20))
  served.logs[0]![1]!.bytes[70]! ^= 1
  const reading = new Reading(served)
  await served.clock.until(() => reading.error !== undefined)
  assert.equal(reading.values, numbered(10))
  assert.instance(reading.error, CorruptRecordError)
  assert.is((reading.error as CorruptRecordError).offset, 10n)
})

/** Answers as brokers before 0.10.1 do: bytes up to the limit, were they half a batch. */
function cutAnswers(served: ServedLog): void {
  served.peers[0]!.on(Apis.Fetch, ({ body }, reply) => {
    const { partition, fetchOffset, partitionMaxBytes } = body.topics[0]!.partitions[0]!
    const batch = served.logs[0]!.find(({ baseOffset }) => `${baseOffset}` === fetchOffset.toString())
    const records = batch?.bytes.subarray(0, partitionMaxBytes) ?? null
    const told = {
      partitionIndex: partition,
      errorCode: 0,
      highWatermark: 1n,
      abortedTransactions: [],
      records,
    }
    reply.after(5, { responses: [{ topic: 'orders', partitions: [told] }] })
  })
}

test('a batch that an old broker cuts off is asked for in larger portions, up to maxPartitionFetchBytes', async () => {
  const served = await ServedLog.start()
  served.append(['x'.repeat(200_000)])
  cutAnswers(served)
  const reading = new Reading(served, { maxFetchBufferBytes: 256 * 1024 })
  await served.clock.until(() => reading.count === 1, 1000)
  const asked = served.fetches.map(({ body }) => body.topics[0]!.partitions[0]!.partitionMaxBytes)
  assert.equal(asked.slice(0, 3), [65_536, 131_072, 262_144])
})

test('a batch over maxPartitionFetchBytes on an old broker is an error that names the option', async () => {
  const served = await ServedLog.start()
  served.append(['x'.repeat(200_000)])
  cutAnswers(served)
  const reading = new Reading(served, { maxPartitionFetchBytes: 100_000 })
  await served.clock.until(() => reading.error !== undefined, 1000)
  assert.instance(reading.error, MessageTooLargeError)
  assert.match((reading.error as Error).message, 'consumer option maxPartitionFetchBytes (100000)')
})

test('read_committed leaves out aborted transactions and nothing else', async () => {
  const served = await ServedLog.start()
  served.append(['a0'], { producerId: 1n })
  served.append(['b0'], { producerId: 2n })
  served.append([], { producerId: 1n, control: 'abort' })
  served.append(['a1'], { producerId: 1n })
  served.append([], { producerId: 2n, control: 'commit' })
  served.append([], { producerId: 1n, control: 'commit' })
  served.append(['plain'])
  served.aborted = [{ producerId: 1n, firstOffset: 0n }]
  const committed = new Reading(served, { isolationLevel: 'read_committed' })
  const all = new Reading(served)
  await served.clock.until(() => committed.count === 3 && all.count === 4)
  assert.equal(committed.values, ['b0', 'a1', 'plain'])
  assert.equal(all.values, ['a0', 'b0', 'a1', 'plain'])
  assert.equal([...new Set(served.fetches.map(({ body }) => body.isolationLevel))].sort(), [0, 1])
})

test('an answer that leaves a partition out is not asked for again at once', async () => {
  const served = await ServedLog.start()
  served.peers[0]!.on(Apis.Fetch, (_, reply) =>
    served.clock.after(1, () => {
      reply({ responses: [] })
    }),
  )
  new Reading(served)
  await served.clock.advance(1000)
  const asked = served.fetches.length
  assert.ok(asked > 0 && asked < 20, `${asked}`)
})

test('a broker that fails in a way that nobody foresaw is asked again', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const reading = new Reading(served)
  await served.clock.until(() => reading.count === 10)
  served.fetchErrors.set(0, errorCode('UNKNOWN_SERVER_ERROR'))
  await served.clock.advance(1000)
  served.fetchErrors.clear()
  served.append(numbered(10, 10))
  await served.clock.until(() => reading.count === 20, 10_000)
})

test.run()
