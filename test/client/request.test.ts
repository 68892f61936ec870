import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, ConnectionError, TimeoutError, UnsupportedError } from '../../src/kernel'
import type { Deferred } from '../../src/deferred'
import { Apis } from '../../src/protocol'
import { allOfOurs } from '../support/scripted-peer'
import { batchOf, ClientRig, reasonOf } from './client-rig'

const { CreateTopics, DescribeConfigs, EndTxn, FindCoordinator, InitProducerId, ListOffsets, Metadata } = Apis
const { OffsetCommit, Produce } = Apis

const creating = { topics: [], timeoutMs: 1000 }
const created = (errorCode: number) => ({ throttleTimeMs: 0, topics: [{ name: 'orders', errorCode }] })
const initialising = { transactionalId: null, transactionTimeoutMs: 0 }

test('a request for the controller goes there, and to the new one when that has moved', async () => {
  const rig = await ClientRig.start({ brokers: 2 })
  rig.peer(1).answer(CreateTopics, created(41))
  rig.peer(2).answer(CreateTopics, created(0))
  const client = rig.client()
  const call = client.request(CreateTopics, creating)
  rig.clock.after(500, () => {
    for (const peer of rig.peers)
      peer.on(Metadata, (request, reply) => reply({ ...rig.metadata(request), controllerId: 2 }))
  })
  assert.is((await rig.result(call)).topics[0]!.errorCode, 0)
  assert.is(rig.peer(2).of(CreateTopics).length, 1)
})

test('error codes that do not mean the wrong broker are data', async () => {
  const rig = await ClientRig.start()
  rig.peer(1).answer(CreateTopics, created(36))
  const answer = await rig.result(rig.client().request(CreateTopics, creating))
  assert.is(answer.topics[0]!.errorCode, 36)
})

test("a broker's configs are asked of that broker, also as the very first thing", async () => {
  const rig = await ClientRig.start({ brokers: 3 })
  for (const peer of rig.peers) peer.answer(DescribeConfigs, { throttleTimeMs: 0, results: [] })
  const before = rig.clock.now()
  await rig.result(
    rig.client().request(DescribeConfigs, {
      resources: [{ resourceType: 4, resourceName: '3', configurationKeys: null }],
    }),
  )
  assert.equal(
    rig.peers.map(peer => peer.of(DescribeConfigs).length),
    [0, 0, 1],
  )
  assert.is(rig.clock.now(), before)
})

test('the broker option says who is asked', async () => {
  const rig = await ClientRig.start({ brokers: 3 })
  for (const peer of rig.peers) peer.answer(DescribeConfigs, { throttleTimeMs: 0, results: [] })
  await rig.result(rig.client().request(DescribeConfigs, { resources: [] }, { broker: 2 }))
  assert.is(rig.peer(2).of(DescribeConfigs).length, 1)
})

test('a broker that metadata does not list is waited for until the deadline, which says so', async () => {
  const rig = await ClientRig.start()
  const call = rig.client().request(DescribeConfigs, { resources: [] }, { broker: 99, timeoutMs: 2000 })
  const error = await rig.failure(call)
  assert.instance(error, TimeoutError)
  assert.match(error.message, /DescribeConfigs.*broker 99.*metadata does not list this broker/)
})

const listing = (...partitions: number[]) => ({
  replicaId: -1,
  topics: [
    { name: 'orders', partitions: partitions.map(partitionIndex => ({ partitionIndex, timestamp: -1 })) },
  ],
})

/** Answers ListOffsets with the broker's id as the offset. */
function listAt(rig: ClientRig, broker: number): void {
  rig.peer(broker).on(ListOffsets, ({ body }, reply) =>
    reply({
      throttleTimeMs: 0,
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: 0,
          offset: broker,
          timestamp: -1,
        })),
      })),
    }),
  )
}

test('a request about partitions is divided by leader, and the answers joined', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2, 1] } })
  listAt(rig, 1)
  listAt(rig, 2)
  const { topics } = await rig.result(rig.client().request(ListOffsets, listing(0, 1, 2)))
  const offsets = topics.flatMap(topic =>
    topic.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)] as const),
  )
  assert.equal(
    new Map(offsets),
    new Map([
      [0, 1],
      [1, 2],
      [2, 1],
    ]),
  )
})

test('when a leader dies the request is divided anew', async () => {
  const rig = await ClientRig.start({ brokers: 3, topics: { orders: [1, 2] } })
  listAt(rig, 1)
  rig.peer(2).on(ListOffsets, (_, reply) => {
    rig.lead('orders', 1, 3)
    reply.close()
    rig.network.refuse('b2:9092')
  })
  listAt(rig, 3)
  const { topics } = await rig.result(rig.client().request(ListOffsets, listing(0, 1)))
  assert.is(topics.length, 2)
  assert.is(rig.peer(3).of(ListOffsets).length, 1)
})

const producing = (...partitions: number[]) => ({
  acks: -1,
  timeoutMs: 1000,
  topicData: [{ name: 'orders', partitionData: partitions.map(index => ({ index, records: batchOf('a') })) }],
})

test('a produce request by hand is not sent again when it may have been written', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).on(Produce, (_, reply) => reply.close())
  const error = await rig.failure(rig.client().request(Produce, producing(0)))
  assert.instance(error, ConnectionError)
  assert.is((error as ConnectionError).maybeSent, true)
  assert.is(rig.of(Produce).length, 1)
})

test('a produce request for several leaders is not sent again when part of it may have been written', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2] } })
  rig.network.refuse('b2:9092')
  const error = await rig.failure(rig.client().request(Produce, producing(0, 1)))
  assert.is((error as ConnectionError).maybeSent, true)
  assert.match(error.message, /part of Produce failed.*refused.*may have done theirs/)
  await rig.clock.advance(60_000)
  assert.is(rig.written.length, 1)
})

test('a produce request by hand whose leader cannot be reached yet is sent when it can', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.network.refuse('b2:9092')
  rig.clock.after(800, () => rig.network.heal('b2:9092'))
  const { responses } = await rig.result(rig.client().request(Produce, producing(0)))
  assert.is(responses[0]!.partitionResponses[0]!.errorCode, 0)
})

test('what any broker answers is asked of another when the first one drops it, but for what may be done once only', async () => {
  const rig = await ClientRig.start({ brokers: 2 })
  let drops = 1
  for (const peer of rig.peers) {
    peer.on(DescribeConfigs, (_, reply) =>
      drops-- > 0 ? reply.close() : reply({ throttleTimeMs: 0, results: [] }),
    )
    peer.on(InitProducerId, (_, reply) => reply.close())
  }
  const client = rig.client()
  await rig.result(client.request(DescribeConfigs, { resources: [] }))
  assert.is(rig.of(DescribeConfigs).length, 2)
  await rig.failure(client.request(InitProducerId, initialising))
  assert.is(rig.of(InitProducerId).length, 1)
})

test('NOT_COORDINATOR is understood wherever in the answer it stands', async () => {
  const rig = await ClientRig.start({ brokers: 2 })
  const committed = (errorCode: number) => ({
    throttleTimeMs: 0,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, errorCode }] }],
  })
  rig.peer(1).on(OffsetCommit, (_, reply) => {
    rig.coordinator = 2
    reply(committed(16))
  })
  rig.peer(2).answer(OffsetCommit, committed(0))
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }]
  const body = { groupId: 'billing', topics: [{ name: 'orders', partitions }] }
  const { topics } = await rig.result(rig.client().request(OffsetCommit, body))
  assert.is(topics[0]!.partitions[0]!.errorCode, 0)
})

test('a transaction is ended at the coordinator of its transactional id', async () => {
  const rig = await ClientRig.start({ brokers: 2 })
  rig.coordinator = 2
  rig.peer(2).answer(EndTxn, { throttleTimeMs: 0, errorCode: 0 })
  const body = { transactionalId: 'pay', producerId: 1, producerEpoch: 0, committed: true }
  await rig.result(rig.client().request(EndTxn, body))
  const [asked] = rig.of(FindCoordinator)
  assert.equal([asked!.body.keyType, asked!.body.coordinatorKeys], [1, ['pay']])
})

test('a broker that only knows coordinators of groups is not asked for another kind', async () => {
  const old = allOfOurs().map(served => (served.apiKey === 10 ? { ...served, maxVersion: 0 } : served))
  const rig = await ClientRig.start({ serves: old })
  const body = { transactionalId: 'pay', producerId: 1, producerEpoch: 0, committed: true }
  const error = await rig.failure(rig.client().request(EndTxn, body))
  assert.instance(error, UnsupportedError)
  assert.match(error.message, /keyType/)
})

test('a version asked for is spoken, or refused when the broker does not serve it', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  const body = { topics: [{ name: 'orders' }] }
  await rig.result(client.request(Metadata, body, { version: 5 }))
  assert.is(rig.of(Metadata)[0]!.version, 5)
  const error = await rig.failure(client.request(Metadata, body, { version: 99 }))
  assert.instance(error, UnsupportedError)
  assert.match(error.message, /version 99 was asked for/)
})

test('a body that cannot be encoded fails alone, and harms neither its neighbours nor the connection', async () => {
  const rig = await ClientRig.start()
  rig.peer(1).answer(DescribeConfigs, { throttleTimeMs: 0, results: [] })
  const client = rig.client()
  const bad: readonly Deferred<unknown>[] = [
    client.request(Metadata, { topics: 5 as never }),
    client.request(DescribeConfigs, { resources: 'all' as never }),
  ]
  const good = client.request(DescribeConfigs, { resources: [] })
  for (const call of bad) call.subscribe({ error: () => undefined })
  await rig.result(good)
  for (const call of bad) {
    const error = await rig.failure(call)
    assert.instance(error, ArgumentError)
    assert.match(error.message, /^(topics|DescribeConfigs body): expected/)
  }
  assert.equal(rig.told('disconnected'), [])
})

test('a field that the spoken version lacks is refused by name', async () => {
  const rig = await ClientRig.start()
  const body = { topics: [{ name: 'orders' }], includeTopicAuthorizedOperations: true }
  const error = await rig.failure(rig.client().request(Metadata, body, { version: 2 }))
  assert.instance(error, UnsupportedError)
  assert.match(error.message, /includeTopicAuthorizedOperations/)
  assert.match(error.message, /2/)
})

test('several keys that may have several coordinators are refused', async () => {
  const rig = await ClientRig.start()
  const error = await rig.failure(rig.client().request(Apis.DescribeGroups, { groups: ['one', 'two'] }))
  assert.instance(error, ArgumentError)
  assert.match(error.message, /exactly one/)
  assert.is(reasonOf(error), undefined)
})

test.run()
