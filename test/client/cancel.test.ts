import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Deferred } from '../../src/deferred'
import { CancelledError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { ClientRig } from './client-rig'

const { Fetch, Metadata, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })

/** Listens for so long and leaves; the outcome that is remembered. */
async function leaveAfter(rig: ClientRig, deferred: Deferred<unknown>, ms: number): Promise<CancelledError> {
  const subscription = deferred.subscribe({ error: assert.unreachable })
  await rig.clock.advance(ms)
  subscription.unsubscribe()
  const before = rig.clock.now()
  const error = await rig.failure(deferred)
  assert.is(rig.clock.now(), before, 'it went on')
  assert.instance(error, CancelledError)
  return error as CancelledError
}

test('a call whose listener leaves before anything was sent is cancelled, and says so', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.network.ignore('b1:9092')
  const client = rig.client()
  for (const call of [
    client.sendProduceRequest([orders('a')]),
    client.request(Apis.DescribeConfigs, { resources: [] }),
  ] as readonly Deferred<unknown>[]) {
    const { requestSent, message } = await leaveAfter(rig, call, 500)
    assert.is(requestSent, false)
    assert.match(message, /cancelled before anything was sent/)
  }
  rig.network.heal('b1:9092')
  await rig.clock.advance(60_000)
  assert.equal([rig.written.length, rig.of(Produce).length], [0, 0])
})

test('a call whose listener leaves after the request was sent is cancelled, and says that too', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).on(Produce, (request, reply) => reply.after(1000, rig.produced(1, request)))
  const client = rig.client()
  const { requestSent, message } = await leaveAfter(rig, client.sendProduceRequest([orders('a')]), 500)
  assert.is(requestSent, true)
  assert.match(message, /sendProduceRequest was cancelled after its request was sent/)
  await rig.clock.advance(1000)
  assert.is(rig.written.length, 1)
  assert.equal(rig.told('disconnected'), [], 'the answer that nobody waits for broke the connection')
  await rig.result(client.sendProduceRequest([orders('b')]))
})

test('a call that nobody waits for looks for no remedy', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).ignore(Fetch)
  const client = rig.client()
  const fetch = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }])
  assert.is((await leaveAfter(rig, fetch, 500)).requestSent, true)
  await rig.clock.advance(10_000)
  assert.is(rig.of(Metadata).length, 1)
})

test('a request that still waits for its turn to be written does not count as sent', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  rig.peer(1).on(Produce, (request, reply) => reply({ ...rig.produced(1, request), throttleTimeMs: 5000 }))
  await rig.result(client.sendProduceRequest([orders('a')]))
  const { requestSent } = await leaveAfter(rig, client.sendProduceRequest([orders('b')]), 500)
  assert.is(requestSent, false)
  await rig.clock.advance(10_000)
  assert.is(rig.written.length, 1)
})

test('asking for metadata on behalf of a call does not count as sending its request', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).on(Metadata, (request, reply) => reply.after(1000, rig.metadata(request)))
  const client = rig.client()
  const { requestSent } = await leaveAfter(rig, client.sendProduceRequest([orders('a')]), 500)
  assert.is(requestSent, false)
  await rig.clock.advance(5000)
  assert.is(rig.of(Produce).length, 0)
})

test('as long as somebody listens a call goes on', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).on(Produce, (request, reply) => reply.after(1000, rig.produced(1, request)))
  const call = rig.client().sendProduceRequest([orders('a')])
  const one = call.subscribe({ error: assert.unreachable })
  const other = call.subscribe({ error: assert.unreachable })
  await rig.clock.advance(500)
  one.unsubscribe()
  await rig.clock.advance(501)
  other.unsubscribe()
  assert.is((await rig.result(call))[0]!.offset, 0n)
})

test('what others share goes on when one of them leaves', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).on(Metadata, (request, reply) => reply.after(1000, rig.metadata(request)))
  const client = rig.client()
  const other = client.loadMetadataForTopics('orders')
  other.subscribe({ error: assert.unreachable })
  await leaveAfter(rig, client.loadMetadataForTopics('orders'), 500)
  assert.is((await rig.result(other)).topics.size, 1)
  assert.is(rig.of(Metadata).length, 1)
})

test('a call cancelled in a pause between attempts leaves no timer behind', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ connectionsMaxIdleMs: 0 })
  await rig.result(client.sendProduceRequest([orders('a')]))
  await rig.clock.advance(60_000)
  const before = rig.clock.pending
  rig.refuseProduce(1, 6)
  await leaveAfter(rig, client.sendProduceRequest([orders('b')]), 5000)
  await rig.clock.advance(31_000)
  assert.is(rig.clock.pending, before)
})

test('a call cancelled while a broker is left alone after a failure leaves no timer behind', async () => {
  const rig = await ClientRig.start()
  rig.network.refuse('b1:9092')
  const client = rig.client({ reconnectBackoffMs: 10_000, reconnectBackoffMaxMs: 10_000, retryBackoffMs: 1 })
  const call = client.request(Apis.DescribeConfigs, { resources: [] })
  await leaveAfter(rig, call, 100)
  await rig.clock.advance(60_000)
  assert.is(rig.clock.pending, 0)
})

test('a call cancelled while a connection is being opened leaves no timer behind once that has ended', async () => {
  const rig = await ClientRig.start()
  rig.network.ignore('b1:9092')
  const client = rig.client({ connectTimeoutMs: 3000 })
  await leaveAfter(rig, client.request(Apis.DescribeConfigs, { resources: [] }), 100)
  await rig.clock.advance(3000)
  assert.is(rig.clock.pending, 0)
})

test('a call that has ended holds on to nothing of the client', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ connectionsMaxIdleMs: 0 })
  rig.peer(1).answer(Fetch, { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses: [] })
  const round = async () => {
    await rig.result(client.sendProduceRequest([orders('a')]))
    await rig.failure(client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]))
    await rig.clock.advance(60_000)
  }
  await round()
  const before = rig.clock.pending
  for (let i = 0; i < 5; i++) await round()
  assert.is(rig.clock.pending, before)
})

test.run()
