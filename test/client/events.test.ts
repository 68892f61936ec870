import debug from 'debug'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { strayErrors } from '../deferred/stray'
import { ClientRig } from './client-rig'

const { Produce } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })

test('connects, metadata and disconnects are told, with broker, purpose and reason', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.sendProduceRequest([orders('a')]))
  assert.equal(
    rig.events.map(({ type }) => type),
    ['connected', 'metadata', 'connected'],
  )
  assert.equal(rig.told('connected')[0], { type: 'connected', broker: 'bootstrap b1:9092', purpose: 'main' })
  assert.is(rig.told('metadata')[0]!.cluster, client.cluster)
  rig.peer(1).on(Produce, (_, reply) => reply.close())
  await rig.failure(client.sendProduceRequest([orders('b')]))
  const [lost] = rig.told('disconnected')
  assert.equal([lost!.broker, lost!.purpose], ['broker 1 (b1:9092)', 'main'])
  assert.match(lost!.reason, /the broker closed the connection/)
})

test('a broker that cannot be reached is told with its error', async () => {
  const rig = await ClientRig.start()
  const client = rig.client({ timeoutMs: 100 }, 'dead1')
  await rig.failure(client.loadMetadataForTopics('orders'))
  const [failed] = rig.told('connect-failed')
  assert.is(failed!.broker, 'bootstrap dead1:9092')
  assert.match(failed!.error.message, /nothing listens there/)
})

test('events$ completes when the client is closed, after the last disconnect', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  const seen: string[] = []
  client.events$.subscribe({ next: ({ type }) => seen.push(type), complete: () => seen.push('complete') })
  await rig.result(client.sendProduceRequest([orders('a')]))
  await rig.result(client.close())
  assert.equal(seen.slice(3), ['disconnected', 'disconnected', 'complete'])
})

const broken = () => {
  throw new Error('mine')
}

test('a listener of events$ or a logger that throws disturbs no call, and is not silenced', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ logger: broken })
  client.events$.subscribe({ next: broken })
  const strays = await strayErrors(() => rig.result(client.sendProduceRequest([orders('a')])))
  assert.is(rig.written.length, 1)
  assert.equal(
    [...new Set(strays.map(([event, error]) => `${event} ${(error as Error).message}`))],
    ['uncaughtException mine'],
  )
  assert.is(strays.length, 6)
})

test('the logger gets a line for each event, by level', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  const lines: string[] = []
  const client = rig.client({ logger: (level, message) => lines.push(`${level} ${message}`) })
  await rig.result(client.sendProduceRequest([orders('a')]))
  rig.network.refuse('b1:9092')
  await rig.failure(
    client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0 }], { timeoutMs: 100 }),
  )
  rig.network.heal('b1:9092')
  rig.lead('orders', 0, 2)
  rig.clusterId = 'other'
  await rig.result(client.loadMetadataForTopics('orders'))
  await rig.result(client.close())
  const expected = [
    /^warn broker 1 \(b1:9092\): no connection for fetch:client: .*refused/,
    /^debug bootstrap b1:9092: connected for main$/,
    /^debug metadata: 2 brokers, 1 topics$/,
    /^info orders\/0: broker 2 leads now, epoch 2$/,
    /^warn the cluster id changed from cluster to other$/,
    /^debug broker 1 \(b1:9092\): connection for main ended: asked$/,
  ]
  for (const pattern of expected)
    assert.ok(
      lines.some(line => pattern.test(line)),
      `${pattern} in ${lines.join('\n')}`,
    )
})

test('DEBUG=rx-kafka:* tells a person the same', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const lines: string[] = []
  const { log } = debug
  debug.log = (...parts: unknown[]) => lines.push(parts.join(' '))
  debug.enable('rx-kafka:*')
  try {
    await rig.result(rig.client().sendProduceRequest([orders('a')]))
  } finally {
    debug.disable()
    debug.log = log
  }
  assert.match(lines.join('\n'), /rx-kafka:client.*bootstrap b1:9092: connected for main/)
})

test.run()
