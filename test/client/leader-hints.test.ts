import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { ClientRig } from './client-rig'

const { Fetch, Metadata, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })
const idA = 'KAAAAAAAAAAAAAAAAAAAAQ'

interface Hint {
  readonly leaderId: number
  readonly leaderEpoch: number
}

/** This broker refuses messages and names the leader. */
function hintProduce(rig: ClientRig, broker: number, currentLeader: Hint): void {
  rig.peer(broker).on(Produce, (_, reply) =>
    reply({
      throttleTimeMs: 0,
      responses: [
        { name: 'orders', partitionResponses: [{ index: 0, errorCode: 6, baseOffset: -1, currentLeader }] },
      ],
      nodeEndpoints: [{ nodeId: currentLeader.leaderId, host: `b${currentLeader.leaderId}`, port: 9092 }],
    }),
  )
}

/** A client that thinks broker 1 leads, while metadata has no answer any more. */
async function misled(brokers: number) {
  const rig = await ClientRig.start({ brokers, topics: { orders: [1] } })
  rig.topics.get('orders')!.id = idA
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  for (const peer of rig.peers) peer.on(Metadata, (_, reply) => reply.close())
  return { rig, client }
}

test('the leader that an error names gets the messages, without asking for metadata', async () => {
  const { rig, client } = await misled(2)
  rig.lead('orders', 0, 2)
  hintProduce(rig, 1, { leaderId: 2, leaderEpoch: 2 })
  await rig.result(client.sendProduceRequest([orders('a')]))
  assert.is(rig.written[0]!.broker, 2)
  assert.is(rig.of(Metadata).length, 1)
  assert.is(client.cluster.partition('orders', 0)!.leaderEpoch, 2)
  assert.equal(
    rig.told('leader-changed').map(({ leader, epoch }) => [leader, epoch]),
    [[2, 2]],
  )
})

test('the leaders that one answer names are one piece of news, however many they are', async () => {
  const count = 200
  const rig = await ClientRig.start({
    brokers: 2,
    topics: { orders: Array.from({ length: count }, () => 1) },
  })
  rig.topics.get('orders')!.id = idA
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  const partitions = Array.from({ length: count }, (_, partition) => partition)
  rig.peer(1).on(Produce, (_, reply) =>
    reply({
      throttleTimeMs: 0,
      responses: [
        {
          name: 'orders',
          partitionResponses: partitions.map(index => ({
            index,
            errorCode: 6,
            baseOffset: -1,
            currentLeader: { leaderId: 2, leaderEpoch: 2 },
          })),
        },
      ],
      nodeEndpoints: [{ nodeId: 2, host: 'b2', port: 9092 }],
    }),
  )
  for (const partition of partitions) rig.lead('orders', partition, 2)
  const before = rig.told('metadata').length
  const payloads = partitions.map(partition => ({ topic: 'orders', partition, messages: ['a'] }))
  await rig.result(client.sendProduceRequest(payloads))
  assert.is(rig.told('leader-changed').length, count)
  const snapshots = rig.told('metadata').length - before
  assert.ok(snapshots <= 2, `${snapshots} snapshots`)
})

test('the named leader may be a broker that metadata did not tell of', async () => {
  const { rig, client } = await misled(1)
  await rig.addBroker(7)
  rig.lead('orders', 0, 7)
  hintProduce(rig, 1, { leaderId: 7, leaderEpoch: 2 })
  await rig.result(client.sendProduceRequest([orders('a')]))
  assert.is(rig.written[0]!.broker, 7)
})

test('a named leader that is older news is not believed', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  rig.topics.get('orders')!.partitions[0]!.epoch = 9
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  hintProduce(rig, 1, { leaderId: 2, leaderEpoch: 8 })
  await rig.failure(client.sendProduceRequest([orders('a')], { timeoutMs: 1000 }))
  assert.is(rig.peer(2).of(Produce).length, 0)
  assert.ok(rig.of(Metadata).length > 1, 'metadata was not asked either')
})

/** What a fetch of partition 0 says, by name below version 13 and by id above. */
const fetched = (errorCode: number, currentLeader: Hint = { leaderId: -1, leaderEpoch: -1 }) => ({
  throttleTimeMs: 0,
  errorCode: 0,
  sessionId: 0,
  responses: [
    {
      topic: 'orders',
      topicId: idA,
      partitions: [
        {
          partitionIndex: 0,
          errorCode,
          highWatermark: 5,
          abortedTransactions: null,
          currentLeader,
          records: null,
        },
      ],
    },
  ],
})

test('the leader that a fetch error names is asked next', async () => {
  const { rig, client } = await misled(2)
  rig.peer(1).answer(Fetch, fetched(6, { leaderId: 2, leaderEpoch: 2 }))
  rig.peer(2).answer(Fetch, fetched(0))
  const [answer] = await rig.result(client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]))
  assert.is(answer!.highWatermark, 5n)
  assert.is(rig.of(Metadata).length, 1)
})

test('what answers by topic id say of leaders is understood too, also of requests made by hand', async () => {
  const { rig, client } = await misled(1)
  const answer = {
    ...fetched(6, { leaderId: 7, leaderEpoch: 2 }),
    nodeEndpoints: [{ nodeId: 7, host: 'b7', port: 9092 }],
  }
  rig.peer(1).answer(Fetch, answer)
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100 }]
  const body = { maxWaitMs: 0, minBytes: 0, topics: [{ topicId: idA, partitions }] }
  await rig.result(client.request(Fetch, body, { broker: 1 }))
  assert.is(client.cluster.partition('orders', 0)!.leader, 7)
  assert.is(client.cluster.brokers.get(7)!.host, 'b7')
})

test.run()
