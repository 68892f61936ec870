import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, TimeoutError, UnavailableError, UnsupportedError } from '../../src/kernel'
import { Apis, type Api } from '../../src/protocol'
import type { ScriptedPeer } from '../support/scripted-peer'
import { ClientRig } from './client-rig'

const { ApiVersions, DescribeCluster, Fetch, InitProducerId, Metadata, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })

/** Lets connections in and never says a word. */
function mute(peer: ScriptedPeer, ...apis: readonly Api[]): void {
  for (const api of apis) peer.ignore(api)
}

/** How long, in ms, the first metadata takes with these hosts in the worst of many orders of asking. */
async function slowest(hosts: string, prepare: (rig: ClientRig) => Promise<void> | void): Promise<number> {
  const taken: number[] = []
  for (let seed = 1; seed <= 12; seed++) {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    await prepare(rig)
    const before = rig.clock.now()
    await rig.result(rig.client({ random: seededRandom(seed) }, hosts).loadMetadataForTopics('orders'))
    taken.push(rig.clock.now() - before)
  }
  return Math.max(...taken)
}

test('two dead bootstrap hosts and one alive: works at once', async () => {
  assert.is(await slowest('dead1,dead2,b1', () => undefined), 0)
})

test('two bootstrap hosts that do not answer a connection cost a second each at most', async () => {
  const ms = await slowest('dead1,dead2,b1', ({ network }) => {
    network.ignore('dead1:9092')
    network.ignore('dead2:9092')
  })
  assert.is(ms, 2000)
})

test('bootstrap hosts that let us in and never say a word cost a second each at most', async () => {
  const ms = await slowest('b8,b9,b1', async rig => {
    mute(await rig.addBroker(8), ApiVersions, Metadata)
    mute(await rig.addBroker(9), ApiVersions, Metadata)
    rig.listed.delete(8)
    rig.listed.delete(9)
  })
  assert.is(ms, 2000)
})

test('what any broker answers is asked of one that is connected already, else of one that is not left alone', async () => {
  const rig = await ClientRig.start({ brokers: 5, topics: { orders: [3, 4] } })
  rig.network.refuse('b4:9092')
  for (let seed = 1; seed <= 8; seed++) {
    const client = rig.client({
      random: seededRandom(seed),
      reconnectBackoffMs: 60_000,
      reconnectBackoffMaxMs: 60_000,
    })
    await rig.failure(client.sendProduceRequest([{ ...orders('a'), partition: 1 }], { timeoutMs: 1000 }))
    await rig.result(client.sendProduceRequest([orders('a')]))
    const connected = rig.told('connected').length
    const before = rig.clock.now()
    await rig.result(client.loadMetadataForTopics('orders'))
    assert.is(rig.told('connected').length, connected, 'another connection was opened')
    for (const peer of rig.peers) for (const wire of peer.wires) wire.close()
    await rig.clock.advance(1)
    await rig.result(client.loadMetadataForTopics('orders'))
    assert.is(rig.clock.now() - before, 1, 'a broker that is left alone was waited for')
  }
})

test('a slow host whose company is slower still may answer first', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  await rig.addBroker(2)
  const waits = [1500, 60_000]
  for (const peer of rig.peers)
    peer.on(Metadata, (request, reply) => reply.after(waits.shift()!, rig.metadata(request)))
  const before = rig.clock.now()
  await rig.result(rig.client({}, 'b1,b2').loadMetadataForTopics('orders'))
  assert.is(rig.clock.now() - before, 1500)
  assert.equal(waits, [])
})

test('a host that speaks something else than Kafka is passed over', async () => {
  const http = Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  const ms = await slowest('b8,b1', async rig => {
    const peer = await rig.addBroker(8)
    rig.listed.delete(8)
    peer.on(ApiVersions, (_, reply) => reply.raw(http))
  })
  assert.is(ms, 0)
})

test('when nobody answers, the error names every host and what it said', async () => {
  const rig = await ClientRig.start()
  rig.network.name('nowhere', [])
  const client = rig.client({ timeoutMs: 5000 }, 'dead1,nowhere:9093')
  const error = await rig.failure(client.loadMetadataForTopics('orders'))
  assert.instance(error, TimeoutError)
  assert.instance(error.cause, UnavailableError)
  assert.match(error.message, /metadata of orders.*no broker could be reached/)
  assert.match(error.message, /dead1:9092: refused: nothing listens there/)
  assert.match(error.message, /nowhere: the name does not resolve/)
})

test('a request that only one broker may get goes to the first that lets us in, and to no other', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const silent = await rig.addBroker(2)
  mute(silent, ApiVersions, Metadata)
  const body = { transactionalId: null, transactionTimeoutMs: 0 }
  for (const peer of rig.peers)
    peer.on(InitProducerId, (_, reply) =>
      reply.after(3000, { throttleTimeMs: 0, errorCode: 0, producerId: 1, producerEpoch: 0 }),
    )
  for (let seed = 1; seed < 8; seed++)
    await rig.result(rig.client({ random: seededRandom(seed) }, 'b1,b2').request(InitProducerId, body))
  assert.is(rig.of(InitProducerId).length, 7)
})

test('an error that any broker would give is not asked for again elsewhere', async () => {
  const rig = await ClientRig.start({ brokers: 3, serves: [{ apiKey: 3, minVersion: 0, maxVersion: 9 }] })
  const error = await rig.failure(
    rig.client({}, 'b1,b2,b3').request(DescribeCluster, { includeClusterAuthorizedOperations: false }),
  )
  assert.instance(error, UnsupportedError)
  assert.is(rig.told('connected').length, 1)
})

const noRecords = {
  throttleTimeMs: 0,
  errorCode: 0,
  sessionId: 0,
  responses: [
    {
      topic: 'orders',
      partitions: [
        { partitionIndex: 0, errorCode: 0, highWatermark: 77, abortedTransactions: null, records: null },
      ],
    },
  ],
}

/** All the brokers the client knows are gone, and others are behind the bootstrap host. */
async function replaced(rig: ClientRig): Promise<void> {
  rig.listed.clear()
  await rig.addBroker(8)
  rig.topics.set('orders', { partitions: [{ leader: 8, epoch: 9 }] })
}

test('when nobody known answers, the client starts again from the bootstrap hosts', async () => {
  const rig = await ClientRig.start({ brokers: 3, topics: { orders: [2] } })
  rig.listed.delete(1)
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  await rig.peer(2).stop()
  await rig.peer(3).stop()
  await replaced(rig)
  const before = rig.clock.now()
  const [answer] = await rig.result(client.sendProduceRequest([orders('b')]))
  assert.is(answer!.error, null)
  assert.is(rig.peer(8).of(Produce).length, 1)
  assert.ok(rig.clock.now() - before < 2000, `took ${rig.clock.now() - before} ms`)
})

test('many known brokers that are silent do not keep the client from the bootstrap hosts', async () => {
  const rig = await ClientRig.start({ brokers: 12, topics: { orders: [2] } })
  rig.listed.delete(1)
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  for (let id = 2; id <= 12; id++) rig.network.ignore(`b${id}:9092`)
  const before = rig.clock.now()
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.is(rig.clock.now() - before, 3000)
})

test('when metadata has failed for rebootstrapAfterMs, the known brokers are forgotten', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const client = rig.client({ rebootstrapAfterMs: 4000, timeoutMs: 20_000 })
  await rig.result(client.sendProduceRequest([orders('a')]))
  for (const peer of rig.peers) peer.on(Metadata, (_, reply) => reply.close())
  const call = client.loadMetadataForTopics('orders')
  call.subscribe({ error: () => undefined })
  await rig.clock.advance(3900)
  assert.equal(rig.told('rebootstrap'), [])
  await rig.clock.advance(3000)
  assert.match(rig.told('rebootstrap')[0]!.reason, /no metadata for 4000 ms/)
  assert.is(client.cluster.brokers.size, 0)
  rig.peer(1).on(Metadata, (request, reply) => reply(rig.metadata(request)))
  const { brokers } = await rig.result(call)
  assert.equal([...brokers.keys()], [1, 2])
})

test('rebootstrapAfterMs counts from the last metadata that came', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ rebootstrapAfterMs: 4000, timeoutMs: 20_000 })
  const failFor = async (ms: number) => {
    rig.peer(1).on(Metadata, (_, reply) => reply.close())
    const call = client.loadMetadataForTopics('orders')
    call.subscribe({ error: () => undefined })
    await rig.clock.advance(ms)
    rig.peer(1).on(Metadata, (request, reply) => reply(rig.metadata(request)))
    await rig.result(call)
  }
  for (let i = 0; i < 3; i++) await failFor(2500)
  assert.equal(rig.told('rebootstrap'), [])
})

test('on REBOOTSTRAP_REQUIRED the known brokers are forgotten and the bootstrap hosts are asked', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.listed.delete(1)
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.peer(2).on(Metadata, (request, reply) => reply({ ...rig.metadata(request), errorCode: 129 }))
  await replaced(rig)
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.match(rig.told('rebootstrap')[0]!.reason, /broker asked/)
  await rig.result(client.sendProduceRequest([orders('b')]))
  assert.is(rig.peer(8).of(Produce).length, 1)
})

test('what was sent to a broker before the start from the bootstrap hosts may still be answered', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.listed.delete(1)
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.peer(2).on(Metadata, (request, reply) => reply({ ...rig.metadata(request), errorCode: 129 }))
  rig.peer(2).on(Fetch, (_, reply) => reply.after(500, noRecords))
  const slow = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }])
  slow.subscribe({ error: () => undefined })
  await rig.clock.advance(10)
  await replaced(rig)
  await rig.result(client.loadMetadataForTopics('orders'))
  assert.is(rig.told('rebootstrap').length, 1)
  assert.is((await rig.result(slow))[0]!.highWatermark, 77n)
  await rig.clock.advance(100)
  assert.is(rig.peer(2).closed.length, rig.peer(2).wires.length, 'its connections stayed open')
})

test.run()
