import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Deferred } from '../../src/deferred'
import { Apis } from '../../src/protocol'
import { ClientRig } from './client-rig'

const { DescribeConfigs, Fetch, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })

/** The first Produce is answered with a throttle time. */
async function throttled(ms: number, options = {}) {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  let isFirst = true
  rig.peer(1).on(Produce, (request, reply) => {
    reply({ ...rig.produced(1, request), throttleTimeMs: isFirst ? ms : 0 })
    isFirst = false
  })
  const client = rig.client(options)
  await rig.result(client.sendProduceRequest([orders('a')]))
  return { rig, client, since: rig.clock.now() }
}

test('a throttle time stops writes on that connection for so long', async () => {
  const { rig, client, since } = await throttled(3000)
  rig.peer(1).answer(DescribeConfigs, { throttleTimeMs: 0, results: [] })
  const calls: readonly Deferred<unknown>[] = [
    client.request(DescribeConfigs, { resources: [] }, { broker: 1 }),
    client.sendProduceRequest([orders('b')]),
  ]
  await rig.result(calls[1]!)
  await rig.result(calls[0]!)
  assert.equal(
    [...rig.of(DescribeConfigs), ...rig.of(Produce).slice(1)].map(({ at }) => at - since),
    [3000, 3000],
  )
})

test('other connections go on meanwhile', async () => {
  const { rig, client, since } = await throttled(3000)
  rig.peer(1).answer(Fetch, { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses: [] })
  await rig.failure(client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]))
  assert.is(rig.of(Fetch)[0]!.at, since)
})

test('timeouts of requests wait meanwhile', async () => {
  const { rig, client } = await throttled(3000, { requestTimeoutMs: 1000 })
  await rig.result(client.sendProduceRequest([orders('b')], { ackTimeoutMs: 0 }))
  assert.equal(rig.told('disconnected'), [])
  assert.is(rig.written.length, 2)
})

test('a throttle time is told as an event', async () => {
  const { rig } = await throttled(3000)
  assert.equal(rig.told('throttled'), [{ type: 'throttled', broker: 'broker 1 (b1:9092)', ms: 3000 }])
})

test('what the throttle kept from being sent when the call ends was not sent', async () => {
  const { rig, client } = await throttled(3000)
  const call = client.sendProduceRequest([orders('b')], { timeoutMs: 1000 })
  const error = await rig.failure(call)
  assert.match(error.message, /no answer within 1000 ms/)
  assert.is((error.cause as { maybeSent: boolean }).maybeSent, false)
  await rig.clock.advance(10_000)
  assert.is(rig.written.length, 1)
})

test.run()
