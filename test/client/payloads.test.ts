import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { FailedPayloadsError } from '../../src/kernel'
import { CorruptRecordError, MessageTooLargeError, OFFSET_EARLIEST, ProtocolError } from '../../src/kernel'
import { Apis, encodeMessageSet, type GivenResponseOf } from '../../src/protocol'
import { allOfOurs, type PeerRequest } from '../support/scripted-peer'
import { batchOf, ClientRig, reasonOf } from './client-rig'

type FetchRequest = PeerRequest<typeof Apis.Fetch>
type FetchAnswer = GivenResponseOf<typeof Apis.Fetch>

/** What one partition says; the records are those of offset 0 on. */
interface Told {
  readonly errorCode?: number
  readonly records?: Buffer | null
}

function fetched({ body }: FetchRequest, told: (topic: string, partition: number) => Told): FetchAnswer {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    sessionId: 0,
    responses: body.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => {
        const { errorCode = 0, records = null } = told(topic, partition)
        return { partitionIndex: partition, errorCode, highWatermark: 9, abortedTransactions: null, records }
      }),
    })),
  }
}

const orders = (partition: number) => ({ topic: 'orders', partition })
const from = (partition: number, offset: number) => ({ ...orders(partition), offset })

/** Only these versions of one API, everything else in full. */
const serving = (apiKey: number, minVersion: number, maxVersion: number) =>
  allOfOurs().map(served => (served.apiKey === apiKey ? { apiKey, minVersion, maxVersion } : served))

test('fetches fan out to the leaders, and answer in payload order with messages from the wanted offset on', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2] } })
  rig.peer(1).on(Apis.Fetch, (request, reply) =>
    reply.after(
      20,
      fetched(request, () => ({ records: batchOf('a', 'b', 'c') })),
    ),
  )
  rig.peer(2).on(Apis.Fetch, (request, reply) => reply(fetched(request, () => ({}))))
  const answers = await rig.result(
    rig.client().sendFetchRequest([from(1, 5), from(0, 1)], { maxWaitMs: 7, minBytes: 3 }),
  )
  assert.equal(
    answers.map(({ partition, messages, nextOffset, highWatermark }) => [
      partition,
      messages.map(({ offset, value }) => `${offset}=${String(value)}`),
      nextOffset,
      highWatermark,
    ]),
    [
      [1, [], 5n, 9n],
      [0, ['1=b', '2=c'], 3n, 9n],
    ],
  )
  const [{ body }] = rig.peer(1).of(Apis.Fetch) as [FetchRequest]
  assert.equal([body.maxWaitMs, body.minBytes], [7, 3])
})

test('a fetch that may have been sent is asked again: reading twice harms nobody', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  let cuts = 2
  rig.peer(1).on(Apis.Fetch, (request, reply) => {
    if (cuts-- > 0) reply.close()
    else reply(fetched(request, () => ({ records: batchOf('a') })))
  })
  const [answer] = await rig.result(rig.client().sendFetchRequest([from(0, 0)]))
  assert.is(answer!.messages.length, 1)
})

test('a fetch error without remedy is that of its payload, and what was read is kept', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, 1] } })
  rig
    .peer(1)
    .on(Apis.Fetch, (request, reply) =>
      reply(
        fetched(request, (_, partition) => (partition === 0 ? { errorCode: 1 } : { records: batchOf('a') })),
      ),
    )
  const error = await rig.failure(rig.client().sendFetchRequest([from(0, 99), from(1, 0)]))
  const { responses, failedPayloads } = error as FailedPayloadsError<{ messages: unknown[] }>
  assert.is(reasonOf(failedPayloads[0]!.error), 'OFFSET_OUT_OF_RANGE')
  assert.is(responses[0]!.messages.length, 1)
  assert.is(rig.of(Apis.Fetch).length, 1)
})

test('a damaged batch is the error of its payload, with topic, partition and offset', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, 1] } })
  const damaged = batchOf('a', 'b')
  damaged[damaged.length - 2]! ^= 1
  rig
    .peer(1)
    .on(Apis.Fetch, (request, reply) =>
      reply(fetched(request, (_, partition) => ({ records: partition === 0 ? damaged : batchOf('c') }))),
    )
  const error = await rig.failure(rig.client().sendFetchRequest([from(0, 0), from(1, 0)]))
  const { responses, failedPayloads } = error as FailedPayloadsError
  assert.is(responses.length, 1)
  assert.instance(failedPayloads[0]!.error, CorruptRecordError)
  assert.match(failedPayloads[0]!.error.message, /orders\/0 offset 0/)
})

test('an error of the whole fetch is that of each payload', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, 1] } })
  rig.peer(1).answer(Apis.Fetch, { throttleTimeMs: 0, errorCode: 42, sessionId: 0, responses: [] })
  const answers = await rig.result(
    rig.client().sendFetchRequest([from(0, 0), from(1, 0)], { failOnError: false }),
  )
  assert.equal(
    answers.map(({ error }) => reasonOf(error)),
    ['INVALID_REQUEST', 'INVALID_REQUEST'],
  )
})

test('a message that an old broker cuts off says how much room it needs', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] }, serves: serving(1, 0, 2) })
  const set = encodeMessageSet([{ value: 'x'.repeat(500) }], { timestamp: 0, magic: 1 })
  rig
    .peer(1)
    .on(Apis.Fetch, (request, reply) => reply(fetched(request, () => ({ records: set.subarray(0, 100) }))))
  const [answer] = await rig.result(
    rig.client().sendFetchRequest([{ ...from(0, 0), maxBytes: 100 }], { failOnError: false }),
  )
  assert.instance(answer!.error, MessageTooLargeError)
  assert.equal(
    [(answer!.error as MessageTooLargeError).bytes, (answer!.error as MessageTooLargeError).limit],
    [set.length, 100],
  )
  assert.match(answer!.error!.message, /orders\/0 offset 0.*raise maxBytes of the payload/)
})

test('offsets are asked of the leaders, by time, earliest and latest', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2] } })
  for (const peer of rig.peers)
    peer.on(Apis.ListOffsets, ({ body }, reply) =>
      reply({
        throttleTimeMs: 0,
        topics: body.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex, timestamp }) => ({
            partitionIndex,
            errorCode: 0,
            timestamp: -1,
            offset: timestamp,
            leaderEpoch: 4,
          })),
        })),
      }),
    )
  const client = rig.client()
  const answers = await rig.result(
    client.sendOffsetRequest([
      { ...orders(1), time: new Date(1234) },
      { ...orders(0), time: OFFSET_EARLIEST },
      orders(1),
    ]),
  )
  assert.equal(
    answers.map(({ partition, offset, leaderEpoch }) => [partition, offset, leaderEpoch]),
    [
      [1, 1234n, 4],
      [0, -2n, 4],
      [1, -1n, 4],
    ],
  )
  assert.equal(
    rig.peers.map(peer => peer.of(Apis.ListOffsets).length),
    [1, 2],
  )
  assert.equal(
    await rig.result(client.sendListOffsetsRequest([orders(0)])),
    await rig.result(client.sendOffsetRequest([orders(0)])),
  )
})

/** Answers commits of this broker with one code for every partition. */
function commitAt(rig: ClientRig, broker: number, code: (partition: number) => number): void {
  rig.peer(broker).on(Apis.OffsetCommit, ({ body }, reply) =>
    reply({
      throttleTimeMs: 0,
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: code(partitionIndex),
        })),
      })),
    }),
  )
}

test("a group's payloads go to its coordinator in one request, and answer in payload order", async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 1] } })
  rig.coordinator = 2
  commitAt(rig, 2, partition => (partition === 1 ? 12 : 0))
  const client = rig.client()
  const payloads = [
    { ...orders(1), offset: 7 },
    { ...orders(0), offset: 8n, metadata: 'so far', leaderEpoch: 3 },
  ]
  const answers = await rig.result(
    client.sendOffsetCommitRequest('billing', payloads, { failOnError: false }),
  )
  assert.equal(
    answers.map(({ partition, error }) => [partition, reasonOf(error)]),
    [
      [1, 'OFFSET_METADATA_TOO_LARGE'],
      [0, undefined],
    ],
  )
  const [request] = rig.of(Apis.OffsetCommit)
  assert.is(rig.of(Apis.OffsetCommit).length, 1)
  assert.equal(
    [request!.body.groupId, request!.body.memberId, request!.body.generationIdOrMemberEpoch],
    ['billing', '', -1],
  )
  const [, { committedOffset, committedLeaderEpoch, committedMetadata }] = request!.body.topics[0]!
    .partitions as [unknown, never]
  assert.equal([String(committedOffset), committedLeaderEpoch, committedMetadata], ['8', 3, 'so far'])
  await rig.failure(client.sendOffsetCommitRequest('billing', payloads))
})

test('what a group has stored is asked of its coordinator; nothing stored is -1', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, 1] } })
  rig.peer(1).on(Apis.OffsetFetch, ({ body }, reply) =>
    reply({
      throttleTimeMs: 0,
      groups: body.groups.map(({ groupId, topics }) => ({
        groupId,
        errorCode: 0,
        topics: topics!.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map(partitionIndex => ({
            partitionIndex,
            committedOffset: partitionIndex === 0 ? 42 : -1,
            committedLeaderEpoch: 2,
            metadata: '',
            errorCode: 0,
          })),
        })),
      })),
    }),
  )
  const answers = await rig.result(rig.client().sendOffsetFetchRequest('billing', [orders(1), orders(0)]))
  assert.equal(
    answers.map(({ partition, offset }) => [partition, offset]),
    [
      [1, -1n],
      [0, 42n],
    ],
  )
  assert.is(rig.of(Apis.OffsetFetch)[0]!.body.requireStable, true)
})

test('an error of the whole group is that of each payload', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).answer(Apis.OffsetFetch, {
    throttleTimeMs: 0,
    groups: [{ groupId: 'billing', errorCode: 30, topics: [] }],
  })
  const error = await rig.failure(rig.client().sendOffsetFetchRequest('billing', [orders(0)]))
  assert.is(reasonOf((error as FailedPayloadsError).failedPayloads[0]!.error), 'GROUP_AUTHORIZATION_FAILED')
})

test('after NOT_COORDINATOR the new coordinator is found and asked', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  commitAt(rig, 1, () => 16)
  commitAt(rig, 2, () => 0)
  const client = rig.client()
  rig.clock.after(250, () => (rig.coordinator = 2))
  await rig.result(client.sendOffsetCommitRequest('billing', [{ ...orders(0), offset: 1 }]))
  assert.is(rig.peer(2).of(Apis.OffsetCommit).length, 1)
  assert.is(await rig.result(client.loadCoordinatorForGroup('billing')), 2)
})

test('a coordinator that left the cluster is looked for anew', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  commitAt(rig, 1, () => 0)
  commitAt(rig, 2, () => 0)
  rig.coordinator = 2
  const client = rig.client()
  const commit = () => client.sendOffsetCommitRequest('billing', [{ ...orders(0), offset: 1 }])
  await rig.result(commit())
  rig.listed.delete(2)
  rig.coordinator = 1
  await rig.result(client.loadMetadataForTopics('orders'))
  await rig.result(commit())
  assert.equal(
    rig.peers.map(peer => peer.of(Apis.OffsetCommit).length),
    [1, 1],
  )
})

test('calls that look for the same coordinator share one question, and one that leaves does not fail the others', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  commitAt(rig, 1, () => 0)
  rig.peer(1).on(Apis.FindCoordinator, (request, reply) => reply.after(500, rig.found(request)))
  const client = rig.client()
  const payloads = [{ ...orders(0), offset: 1 }]
  const hasty = client.sendOffsetCommitRequest('billing', payloads, { timeoutMs: 100 })
  hasty.subscribe({ error: () => undefined })
  await rig.result(client.sendOffsetCommitRequest('billing', payloads))
  await rig.failure(hasty)
  assert.is(rig.of(Apis.FindCoordinator).length, 1)
})

test('an answer that cannot be read fails by API, version, field and byte', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).on(Apis.ListOffsets, ({ correlationId }, reply) => {
    const frame = Buffer.alloc(10)
    frame.writeInt32BE(6, 0)
    frame.writeInt32BE(correlationId, 4)
    reply.raw(frame)
  })
  const error = await rig.failure(rig.client().sendOffsetRequest([orders(0)]))
  const [failed] = (error as FailedPayloadsError).failedPayloads
  assert.instance(failed!.error, ProtocolError)
  assert.match(failed!.error.message, /broker 1 \(b1:9092\).*ListOffsets v\d+ response.*byte \d+/)
})

test.run()
