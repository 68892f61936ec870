import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UnsupportedError, type FailedPayloadsError } from '../../src/kernel'
import { Apis, type Api } from '../../src/protocol'
import { allOfOurs, type ScriptedPeer } from '../support/scripted-peer'
import { ClientRig } from './client-rig'

const { ApiVersions, DescribeCluster, Fetch, Metadata, OffsetCommit, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })
const commits = [{ topic: 'orders', partition: 0, offset: 1 }]

/** Serves these APIs at most in these versions, the others in full. */
const atMost = (...limits: readonly (readonly [Api, number])[]) =>
  allOfOurs().map(served => {
    const [, max] = limits.find(([api]) => api.key === served.apiKey) ?? []
    return max === undefined ? served : { ...served, maxVersion: max }
  })

/** Kafka 0.8 drops whoever asks for its versions. */
function beKafka08(peer: ScriptedPeer): void {
  peer.on(ApiVersions, (_, reply) => reply.close())
}

/** Kafka 0.9 skips that question and answers the next one. */
function beKafka09(peer: ScriptedPeer): void {
  peer.ignore(ApiVersions)
}

test('an old broker that drops the question for its versions is spoken to as Kafka 0.8', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  beKafka08(rig.peer(1))
  const client = rig.client()
  const [answer] = await rig.result(client.sendProduceRequest([orders('a')]))
  assert.is(answer!.offset, 0n)
  assert.equal(
    [...rig.of(Produce), ...rig.of(Metadata)].map(({ version }) => version).filter(version => version > 0),
    [],
  )
})

test('an old broker that is silent about its versions is spoken to as Kafka 0.9, and asked once only', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  beKafka09(rig.peer(1))
  const client = rig.client()
  const before = rig.clock.now()
  await rig.result(client.sendProduceRequest([orders('a')]))
  assert.is(rig.clock.now() - before, 1000)
  assert.is(rig.of(Produce)[0]!.version, 1)
  assert.is(rig.of(ApiVersions).length, 1)
  rig.peer(1).on(OffsetCommit, ({ body }, reply) =>
    reply({
      throttleTimeMs: 0,
      topics: body.topics.map(({ name }) => ({ name, partitions: [{ partitionIndex: 0, errorCode: 0 }] })),
    }),
  )
  await rig.result(client.sendOffsetCommitRequest('billing', commits))
  assert.is(rig.of(OffsetCommit)[0]!.version, 2)
  assert.is(rig.clock.now() - before, 1000, 'finding out took a second again')
})

test('a broker that is merely slow to tell its versions is not taken for an old one', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig
    .peer(1)
    .on(ApiVersions, (_, reply) =>
      reply.after(1500, { errorCode: 0, apiKeys: allOfOurs(), throttleTimeMs: 0 }),
    )
  rig.peer(1).on(Metadata, (request, reply) => reply.after(1500, rig.metadata(request)))
  await rig.result(rig.client().loadMetadataForTopics('orders'))
  assert.is(rig.of(Metadata).at(-1)!.version, Metadata.versions[1])
})

test('a broker that was upgraded meanwhile is asked for its versions again after a failure', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  beKafka09(rig.peer(1))
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.peer(1).on(ApiVersions, (_, reply) => reply({ errorCode: 0, apiKeys: allOfOurs(), throttleTimeMs: 0 }))
  rig.peer(1).on(Produce, (_, reply) => reply.close())
  await rig.failure(client.sendProduceRequest([orders('b')]))
  rig.peer(1).on(Produce, (request, reply) => reply(rig.produced(1, request)))
  await rig.result(client.sendProduceRequest([orders('c')]))
  assert.ok(rig.of(Produce).at(-1)!.version > 9)
})

test('a broker that does not know our version of the question is asked in its own', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const apiKeys = atMost([ApiVersions, 2])
  rig.peer(1).on(ApiVersions, ({ version }, reply) => {
    if (version > 2) reply.as({ version: 0 }, { errorCode: 35, apiKeys, throttleTimeMs: 0 })
    else reply({ errorCode: 0, apiKeys, throttleTimeMs: 0 })
  })
  await rig.result(rig.client().loadMetadataForTopics('orders'))
  assert.equal(
    rig.of(ApiVersions).map(({ version }) => version),
    [ApiVersions.versions[1], 2],
  )
})

test('each broker is spoken to in the highest version that it and we know', async () => {
  const rig = await ClientRig.start({ brokers: 1, topics: { orders: [2, 1] } })
  await rig.addBroker(2, atMost([Produce, 7]))
  await rig.result(rig.client().sendProduceRequest([orders('a'), { ...orders('b'), partition: 1 }]))
  assert.equal(
    rig.peers.map(peer => peer.of(Produce)[0]!.version),
    [11, 7],
  )
})

test('a body with topic names is not sent in a version that has only ids', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).answer(Fetch, { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses: [] })
  await rig.failure(rig.client().sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]))
  const [fetch] = rig.of(Fetch)
  assert.equal([fetch!.version, fetch!.body.topics[0]!.topic], [12, 'orders'])
})

test('what the brokers are too old for is an UnsupportedError that names API, broker and versions', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] }, serves: atMost([Produce, 2]) })
  const client = rig.client()
  rig.peer(1).on(ApiVersions, (_, reply) =>
    reply({
      errorCode: 0,
      apiKeys: atMost([Produce, 2]).filter(({ apiKey }) => apiKey !== DescribeCluster.key),
      throttleTimeMs: 0,
    }),
  )
  const missing = await rig.failure(
    client.request(DescribeCluster, { includeClusterAuthorizedOperations: false }),
  )
  assert.instance(missing, UnsupportedError)
  assert.match(missing.message, /b1:9092 does not serve DescribeCluster; it needs a newer broker/)
  const headers = [{ value: 'a', headers: [['trace', '7']] as const }]
  const failed = await rig.failure(
    client.sendProduceRequest([{ topic: 'orders', partition: 0, messages: headers }]),
  )
  assert.instance((failed as FailedPayloadsError).failedPayloads[0]!.error, UnsupportedError)
  assert.match(failed.message, /headers/)
})

test('zstd on a broker that cannot read it is an UnsupportedError', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] }, serves: atMost([Produce, 6]) })
  const error = await rig.failure(rig.client().sendProduceRequest([orders('a')], { compression: 'zstd' }))
  assert.match(error.message, /zstd needs a broker with Produce 7 \(Kafka 2\.1\); this one speaks 6/)
})

test('a broker too new for us says which versions it and we know', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const apiKeys = allOfOurs().map(served =>
    served.apiKey === 1 ? { apiKey: 1, minVersion: 90, maxVersion: 99 } : served,
  )
  rig.peer(1).answer(ApiVersions, { errorCode: 0, apiKeys, throttleTimeMs: 0 })
  const error = await rig.failure(
    rig.client().sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]),
  )
  assert.match(error.message, /broker 1 \(b1:9092\) serves Fetch 90 to 99, this client 0 to 18/)
})

test.run()
