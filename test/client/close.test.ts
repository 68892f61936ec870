import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { coreOf, runCall, type Dependent } from '../../src/client'
import type { Deferred } from '../../src/deferred'
import {
  ArgumentError,
  ClosedError,
  ConnectionError,
  type FailedPayloadsError,
  type KafkaError,
} from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { ClientRig } from './client-rig'

const { DescribeConfigs, Fetch, Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })

/** A client that has connected, with a broker that is slow to take messages. */
async function busy(produceMs = 500) {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.peer(1).on(Produce, (request, reply) => reply.after(produceMs, rig.produced(1, request)))
  return { rig, client }
}

/** A producer or consumer that tells what is asked of it. */
function dependent(rig: ClientRig, ms: number, log: string[]): Dependent {
  const after = (what: string, wait: number) =>
    new Promise<void>(resolve => {
      log.push(what)
      rig.clock.after(wait, () => {
        log.push(`${what} done`)
        resolve()
      })
    })
  return { close: ({ timeoutMs }) => after(`close ${timeoutMs}`, ms), stop: () => after('stop', 0) }
}

test('after close every call fails with ClosedError, at once', async () => {
  const { rig, client } = await busy()
  await rig.result(client.close())
  const calls: readonly (() => Deferred<unknown>)[] = [
    () => client.sendProduceRequest([orders('b')]),
    () => client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }]),
    () => client.loadMetadataForTopics('orders'),
    () => client.loadCoordinatorForGroup('billing'),
    () => client.request(DescribeConfigs, { resources: [] }),
  ]
  for (const call of calls) {
    const error = await rig.failure(call())
    assert.instance(error, ClosedError)
    assert.match(error.message, /KafkaClient\(b1:9092\) is closed; make a new one/)
  }
})

test('a call made before close and begun after it fails with ClosedError too', async () => {
  const { rig, client } = await busy()
  const lazy = client.sendProduceRequest([orders('b')])
  const closing = client.close()
  assert.instance(await rig.failure(lazy), ClosedError)
  await rig.result(closing)
})

test('close waits for the calls under way', async () => {
  const { rig, client } = await busy(500)
  const before = rig.clock.now()
  const call = client.sendProduceRequest([orders('b')])
  call.subscribe({ error: assert.unreachable })
  await rig.result(client.close())
  assert.is(rig.clock.now() - before, 500)
  assert.is((await rig.result(call))[0]!.offset, 1n)
})

test('close waits no longer than timeoutMs; what is left fails and says whether it was sent', async () => {
  const { rig, client } = await busy(60_000)
  rig.network.ignore('b1:9092')
  const before = rig.clock.now()
  const errors: KafkaError[] = []
  const sent = client.sendProduceRequest([orders('b')])
  sent.subscribe({ error: (error: FailedPayloadsError) => errors.push(error.failedPayloads[0]!.error) })
  const unsent = client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }])
  unsent.subscribe({ error: (error: FailedPayloadsError) => errors.push(error.failedPayloads[0]!.error) })
  await rig.clock.advance(10)
  await rig.result(client.close({ timeoutMs: 2000 }))
  assert.is(rig.clock.now() - before, 2010)
  await rig.clock.advance(0)
  assert.is(errors.length, 2)
  const connection = errors.find(error => error instanceof ConnectionError)!
  assert.is(connection.maybeSent, true)
  assert.match(connection.message, /closed by this client before Produce v11 was answered/)
  assert.ok(errors.some(error => error instanceof ClosedError))
})

test('stop ends everything at once', async () => {
  const { rig, client } = await busy(60_000)
  const call = client.sendProduceRequest([orders('b')])
  call.subscribe({ error: () => undefined })
  await rig.clock.advance(10)
  const before = rig.clock.now()
  await rig.result(client.stop())
  const error = await rig.failure(call)
  assert.is(rig.clock.now(), before)
  assert.is(((error as FailedPayloadsError).failedPayloads[0]!.error as ConnectionError).maybeSent, true)
  assert.instance(await rig.failure(client.loadMetadataForTopics('orders')), ClosedError)
})

test('a call that waits for its next attempt ends when the client does', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.refuseProduce(1, 6)
  const client = rig.client({ retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 })
  const call = client.sendProduceRequest([orders('a')])
  call.subscribe({ error: () => undefined })
  await rig.clock.advance(1000)
  const before = rig.clock.now()
  await rig.result(client.stop())
  await rig.failure(call)
  assert.is(rig.clock.now(), before)
})

test('a call that looks for metadata or a coordinator ends when the client does', async () => {
  for (const pauses of [
    {},
    { reconnectBackoffMs: 0, reconnectBackoffMaxMs: 0, retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 },
  ]) {
    const rig = await ClientRig.start()
    rig.network.refuse('b1:9092')
    const client = rig.client(pauses)
    const calls: readonly Deferred<unknown>[] = [
      client.sendProduceRequest([orders('a')]),
      client.loadCoordinatorForGroup('billing'),
    ]
    for (const call of calls) call.subscribe({ error: () => undefined })
    await rig.clock.advance(1000)
    const before = rig.clock.now()
    await rig.result(client.stop())
    for (const call of calls) await rig.failure(call)
    assert.is(rig.clock.now(), before)
    await rig.clock.advance(0)
    assert.is(rig.clock.pending, 0)
  }
})

test('stop also ends what producers and consumers still have to get from a broker that left the cluster', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.peer(2).ignore(Fetch)
  const body = { maxWaitMs: 0, minBytes: 0, topics: [] }
  const plan = { clock: rig.clock, what: 'test', timeoutMs: 60_000 }
  const broker = coreOf(client).router.brokers.get(2)!
  const held = runCall(plan, call => broker.request({ api: Fetch, purpose: 'fetch:mine', body }, call))
  const outcome = held.catch((error: unknown) => error)
  await rig.clock.advance(10)
  rig.listed.delete(2)
  await rig.result(client.loadMetadataForTopics('orders'))
  const { connection } = rig.peer(2).of(Fetch)[0]!
  assert.not(rig.peer(2).closed.includes(connection))
  await rig.result(client.stop())
  await rig.clock.advance(0)
  assert.ok(rig.peer(2).closed.includes(connection))
  assert.is(((await outcome) as ConnectionError).maybeSent, true)
  assert.is(rig.clock.pending, 0)
})

test('a broker of a closed client connects no more', async () => {
  const { rig, client } = await busy()
  const broker = coreOf(client).router.brokers.get(1)!
  await rig.result(client.close())
  const plan = { clock: rig.clock, what: 'test', timeoutMs: 5000 }
  const error: unknown = await runCall(plan, call => broker.connect('main', call)).catch(
    (reason: unknown) => reason,
  )
  assert.instance(error, ClosedError)
})

test('stop while close waits ends it at once', async () => {
  const { rig, client } = await busy(60_000)
  client.sendProduceRequest([orders('b')]).subscribe({ error: () => undefined })
  await rig.clock.advance(10)
  const closing = client.close()
  await rig.clock.advance(10)
  const before = rig.clock.now()
  await rig.result(client.stop())
  await rig.result(closing)
  assert.is(rig.clock.now(), before)
})

test('closing twice is the same outcome', async () => {
  const { rig, client } = await busy()
  const first = client.close()
  assert.is(client.close(), first)
  assert.is(client.stop(), first)
  await rig.result(first)
})

test('close starts when called, listened to or not', async () => {
  const { rig, client } = await busy()
  void client.close()
  await rig.clock.advance(1)
  assert.is(rig.peer(1).closed.length, rig.peer(1).wires.length)
})

test('a closed client leaves no timer and no connection behind', async () => {
  const { rig, client } = await busy()
  await rig.result(client.close())
  await rig.clock.advance(0)
  assert.is(rig.clock.pending, 0)
  assert.is(rig.peer(1).closed.length, rig.peer(1).wires.length)
})

test('a stopped client leaves no timer behind, whatever it was doing', async () => {
  const rig = await ClientRig.start({ brokers: 3, topics: { orders: [2, 3], bills: [1] } })
  rig.network.ignore('b2:9092')
  rig.network.refuse('b3:9092')
  rig.peer(1).ignore(Produce)
  const client = rig.client()
  const payloads = [0, 1].map(partition => ({ ...orders('a'), partition }))
  const calls: readonly Deferred<unknown>[] = [
    client.sendProduceRequest([...payloads, { ...orders('a'), topic: 'bills' }]),
    client.sendProduceRequest([{ ...orders('a'), topic: 'unknown' }]),
    client.sendFetchRequest([{ topic: 'orders', partition: 1, offset: 0 }]),
  ]
  for (const call of calls) call.subscribe({ error: () => undefined })
  await rig.clock.advance(1234)
  await rig.result(client.stop())
  await rig.clock.advance(0)
  assert.is(rig.clock.pending, 0)
})

test('producers and consumers are closed before the client, with its timeoutMs, and can still use it', async () => {
  const { rig, client } = await busy()
  const log: string[] = []
  coreOf(client).adopt(dependent(rig, 300, log))
  coreOf(client).adopt({
    close: async () => {
      await client.sendProduceRequest([orders('last')])
      log.push('written')
    },
    stop: () => Promise.resolve(),
  })
  client.events$.subscribe({ complete: () => log.push('client closed') })
  await rig.result(client.close({ timeoutMs: 5000 }))
  assert.equal(log, ['close 5000', 'close 5000 done', 'written', 'client closed'])
})

test('a producer or consumer that does not end within timeoutMs is stopped', async () => {
  const { rig, client } = await busy()
  const log: string[] = []
  coreOf(client).adopt(dependent(rig, 60_000, log))
  const before = rig.clock.now()
  await rig.result(client.close({ timeoutMs: 1000 }))
  assert.is(rig.clock.now() - before, 1000)
  assert.equal(log, ['close 1000', 'stop', 'stop done'])
})

test('stop stops producers and consumers without closing them first', async () => {
  const { rig, client } = await busy()
  const log: string[] = []
  coreOf(client).adopt(dependent(rig, 10, log))
  const left = dependent(rig, 10, log)
  coreOf(client).adopt(left)()
  await rig.result(client.stop())
  assert.equal(log, ['stop', 'stop done'])
})

test('a producer or consumer that fails to close does not keep the client open', async () => {
  const { rig, client } = await busy()
  coreOf(client).adopt({ close: () => Promise.reject(new Error('mine')), stop: () => Promise.resolve() })
  coreOf(client).adopt({
    close: () => {
      throw new Error('mine')
    },
    stop: () => Promise.resolve(),
  })
  await rig.result(client.close())
  assert.instance(await rig.failure(client.loadMetadataForTopics('orders')), ClosedError)
})

test('bad options of close are refused, and the client stays open', async () => {
  const { rig, client } = await busy(0)
  const error = await rig.failure(client.close({ timeoutMs: 'now' as never }))
  assert.instance(error, ArgumentError)
  assert.match(error.message, /close option timeoutMs: expected whole milliseconds/)
  await rig.result(client.sendProduceRequest([orders('b')]))
})

test.run()
