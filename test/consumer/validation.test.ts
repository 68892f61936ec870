import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LogTruncationError, OFFSET_COMMITTED, type ConsumerOptions } from '../../src'
import { Apis } from '../../src/protocol'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

const { Fetch, OffsetForLeaderEpoch } = Apis

/** Ten messages of epoch 0 that were read from the first of two brokers, in batches of five. */
async function tenRead(options: ConsumerOptions = {}) {
  const served = await ServedLog.start({ brokers: 2 })
  served.append(numbered(5))
  served.append(numbered(5, 5))
  const reading = new Reading(served, options)
  await served.clock.until(() => reading.count === 10)
  return { served, reading }
}

/** Broker 2 leads, whose log ends at an offset and goes on otherwise. */
function leadOtherwise(served: ServedLog, from: bigint): void {
  served.truncateFrom(from)
  served.moveLeader(0, 2)
  served.append(['other'])
}

const asked = (served: ServedLog) =>
  served.peers[1]!.of(OffsetForLeaderEpoch).map(({ body }) => body.topics[0]!.partitions[0]!)

test('a new leader is asked where the epoch of what was read ended, and read from only then', async () => {
  const { served, reading } = await tenRead()
  served.moveLeader(0, 2)
  served.append(['new'])
  await served.clock.until(() => reading.count === 11)
  const [end] = asked(served)
  assert.equal([end!.leaderEpoch, end!.currentLeaderEpoch], [0, 1])
  const fetches = served.peers[1]!.of(Fetch)
  assert.ok(fetches[0]!.at >= served.peers[1]!.of(OffsetForLeaderEpoch)[0]!.at)
  assert.is(fetches[0]!.body.topics[0]!.partitions[0]!.currentLeaderEpoch, 1)
  assert.equal(reading.of('truncated'), [])
  await served.clock.advance(5000)
  assert.is(asked(served).length, 1)
})

test('nothing is read from a new leader that has not answered', async () => {
  const { served, reading } = await tenRead()
  served.peers[1]!.on(OffsetForLeaderEpoch, (_, reply) =>
    reply({ topics: [{ topic: 'orders', partitions: [{ partition: 0, errorCode: 7 }] }] }),
  )
  served.moveLeader(0, 2)
  served.append(['new'])
  await served.clock.advance(10_000)
  assert.is(served.peers[1]!.of(Fetch).length, 0)
  assert.ok(asked(served).length > 5, `${asked(served).length} questions in 10 s`)
  assert.ok(asked(served).length < 40, `${asked(served).length} questions in 10 s`)
  assert.is(reading.count, 10)
})

test('a log that was truncated is read from where it parts from what was read, and an event says so', async () => {
  const { served, reading } = await tenRead({ autoOffsetReset: 'latest' })
  leadOtherwise(served, 5n)
  await served.clock.until(() => reading.count === 11)
  assert.equal(reading.values, [...numbered(10), 'other'])
  assert.equal(reading.of('truncated'), [
    { type: 'truncated', at: { topic: 'orders', partition: 0 }, from: 10n, to: 5n },
  ])
  assert.equal(reading.of('offset-reset'), [])
})

test('without a reset policy a truncated log is an error that says where it parts', async () => {
  const { served, reading } = await tenRead({ autoOffsetReset: 'none' })
  leadOtherwise(served, 5n)
  await served.clock.until(() => reading.error !== undefined)
  assert.instance(reading.error, LogTruncationError)
  const { topic, partition, offset, leaderEpoch, divergesAt, message } = reading.error as LogTruncationError
  assert.equal([topic, partition, offset, leaderEpoch, divergesAt], ['orders', 0, 10n, 0, 5n])
  assert.match(message, 'start at that offset')
  assert.is(reading.count, 10)
})

test('what was fetched and not delivered when the log is truncated never is; nobody is told of it', async () => {
  const { served, reading } = await tenRead({ ack: 'manual', maxInFlightBatches: 1, maxBatchMessages: 5 })
  assert.is(reading.count, 10)
  const slow = new Reading(served, { ack: 'manual', maxBatchMessages: 5, each: () => undefined })
  await served.clock.until(() => slow.count === 5)
  leadOtherwise(served, 5n)
  await served.clock.advance(3000)
  slow.batches[0]!.ack()
  await served.clock.until(() => slow.count === 6)
  assert.equal(slow.values, [...numbered(5), 'other'])
  assert.equal(slow.of('truncated'), [])
})

for (const [policy, expected] of [
  ['earliest', ['other']],
  ['latest', []],
] as const) {
  test(`a log that does not know the epoch of what was read is reset to ${policy}`, async () => {
    const { served, reading } = await tenRead({ autoOffsetReset: policy })
    for (const peer of served.peers)
      peer.on(OffsetForLeaderEpoch, (_, reply) =>
        reply({
          topics: [
            {
              topic: 'orders',
              partitions: [{ partition: 0, errorCode: 0, leaderEpoch: -1, endOffset: -1n }],
            },
          ],
        }),
      )
    leadOtherwise(served, 0n)
    await served.clock.advance(5000)
    assert.equal(reading.values.slice(10), expected)
    assert.equal(
      reading.of('offset-reset').map(({ from, to }) => [from, to]),
      [[10n, policy]],
    )
  })
}

test('a log that does not know the epoch is an error without a reset policy', async () => {
  const { served, reading } = await tenRead({ autoOffsetReset: 'none' })
  served.peers[1]!.on(OffsetForLeaderEpoch, (_, reply) =>
    reply({
      topics: [
        { topic: 'orders', partitions: [{ partition: 0, errorCode: 0, leaderEpoch: -1, endOffset: -1n }] },
      ],
    }),
  )
  served.moveLeader(0, 2)
  await served.clock.until(() => reading.error !== undefined)
  assert.is((reading.error as LogTruncationError).divergesAt, undefined)
})

for (const [name, code] of [
  ['FENCED_LEADER_EPOCH', 74],
  ['UNKNOWN_LEADER_EPOCH', 75],
] as const) {
  test(`${name} is no reset: metadata is asked for, and the position stays`, async () => {
    const { served, reading } = await tenRead({ autoOffsetReset: 'earliest' })
    const before = served.peers[0]!.of(Apis.Metadata).length
    served.fetchErrors.set(0, code)
    served.epochs[0]!++
    await served.clock.advance(3000)
    assert.ok(served.peers[0]!.of(Apis.Metadata).length > before)
    served.fetchErrors.clear()
    served.append(['new'])
    await served.clock.until(() => reading.count === 11)
    assert.equal(reading.values, [...numbered(10), 'new'])
    assert.equal(reading.of('offset-reset'), [])
    assert.is(served.peers[0]!.of(OffsetForLeaderEpoch).length, 1)
  })
}

test('records that the old leader sends late, behind where the logs part, count for nothing', async () => {
  const served = await ServedLog.start({ brokers: 2 })
  const client = served.client()
  let late = (): void => undefined
  served.append(numbered(10))
  const reading = new Reading(served, { client })
  await served.clock.until(() => reading.count === 10)
  served.peers[0]!.on(Fetch, (_, reply) => {
    late = () => {
      const told = { partitionIndex: 0, errorCode: 0, highWatermark: 11n, abortedTransactions: [] }
      reply({ responses: [{ topic: 'orders', partitions: [{ ...told, records: lost }] }] })
    }
  })
  await served.clock.advance(600)
  served.append(['only the old leader has it'])
  const lost = served.logs[0]!.at(-1)!.bytes
  served.truncateFrom(10n)
  served.moveLeader(0, 2)
  client.loadMetadataForTopics('orders').start()
  await served.clock.until(() => served.peers[1]!.of(Fetch).length > 0)
  late()
  await served.clock.advance(1000)
  served.append(['new'])
  await served.clock.until(() => reading.count === 11)
  assert.equal(reading.values, [...numbered(10), 'new'])
})

test('a stored position is validated before it is read from', async () => {
  const served = await ServedLog.start()
  served.append(numbered(5))
  served.epochs[0] = 3
  served.append(numbered(5, 5))
  served.committed.set(0, 8n)
  served.committedEpoch = 2
  const reading = new Reading(served, { groupId: 'billing', from: OFFSET_COMMITTED })
  await served.clock.until(() => reading.count > 0)
  assert.equal(
    reading.of('truncated').map(({ from, to }) => [from, to]),
    [[8n, 5n]],
  )
  assert.equal(reading.values, numbered(5, 5))
})

test('the ends of a log are asked of its leader in the epoch that is known; a fenced one is asked again', async () => {
  const served = await ServedLog.start()
  served.epochs[0] = 3
  served.append(numbered(5))
  const [peer] = served.peers
  const error = { partitionIndex: 0, errorCode: 74 }
  peer!.on(Apis.ListOffsets, (_, reply) => reply({ topics: [{ name: 'orders', partitions: [error] }] }))
  const reading = new Reading(served)
  await served.clock.advance(2000)
  const asked = peer!.of(Apis.ListOffsets)
  assert.ok(asked.length > 1)
  assert.ok(asked.every(({ body }) => body.topics[0]!.partitions[0]!.currentLeaderEpoch === 3))
  assert.ok(reading.of('retry').length > 0)
  assert.equal(reading.of('offset-reset'), [])
})

test('brokers without OffsetForLeaderEpoch are read from as ever', async () => {
  const served = await ServedLog.start({ brokers: 2 })
  const apiKeys = Object.values(Apis).map(({ key: apiKey, versions: [minVersion, maxVersion] }) => ({
    apiKey,
    minVersion,
    maxVersion: apiKey === OffsetForLeaderEpoch.key ? 2 : maxVersion,
  }))
  for (const peer of served.peers) peer.answer(Apis.ApiVersions, { errorCode: 0, apiKeys })
  served.append(numbered(10))
  const reading = new Reading(served)
  await served.clock.until(() => reading.count === 10)
  served.moveLeader(0, 2)
  served.append(['new'])
  await served.clock.until(() => reading.count === 11)
  assert.equal(asked(served), [])
})

test.run()
