import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import * as assert from 'uvu/assert'
import {
  ConnectionError,
  KafkaClient,
  Producer,
  systemLookup,
  UnavailableError,
  type Lookup,
  type Receipt,
} from '../../src'
import { contract, contractAlone, runContract, type AloneContext } from '../support/contract'

const partitions = 3
const keys = 12

/** Sends numbered messages without a pause of more than a turn, until told to stop. */
function sendAll(producer: Producer, topic: string) {
  const delivered: PromiseLike<Receipt>[] = []
  const done: number[] = []
  let isOver = false
  const running = (async () => {
    while (!isOver) {
      for (let burst = 0; burst < 5; burst++) {
        const value = String(delivered.length)
        const delivery = producer.send({ topic, key: `key ${delivered.length % keys}`, value })
        delivered.push(delivery)
        delivery.subscribe({ next: () => done.push(performance.now()), error: () => undefined })
      }
      await new Promise(resolve => setTimeout(resolve, 2))
    }
  })()
  const stop = async () => {
    isOver = true
    await running
    return Promise.all(delivered)
  }
  return { stop, done }
}

/** Reads on from where it is, partition by partition, with plain fetches that are given an error only to fail on it. */
function readAll(client: KafkaClient, topic: string) {
  const values = Array.from({ length: partitions }, (): [key: string, value: number][] => [])
  const reading = values.map(async (list, partition) => {
    for (let offset = 0n; ;) {
      const [answer] = await client.sendFetchRequest([{ topic, partition, offset }], { maxWaitMs: 100 })
      for (const { key, value } of answer!.messages) list.push([String(key), Number(String(value))])
      offset = answer!.nextOffset
      if (isOver && offset >= answer!.highWatermark) return
    }
  })
  let isOver = false
  const stop = async () => {
    isOver = true
    await Promise.all(reading)
    return values
  }
  return { stop, reading }
}

/** The longest time in which nothing was acknowledged, in ms. */
const longestPause = (times: readonly number[]) =>
  Math.round(times.reduce((longest, at, i) => Math.max(longest, i === 0 ? 0 : at - times[i - 1]!), 0))

contractAlone(
  'while leaders are killed and come back, nothing acknowledged is missing, doubled or out of order',
  { brokers: 3 },
  async ctx => {
    const topic = await ctx.uniqueTopic(partitions)
    const client = new KafkaClient(ctx.bootstrap)
    const producer = new Producer(client)
    await producer.send({ topic, partition: 0, key: 'key 0', value: '-1' })
    const sending = sendAll(producer, topic)
    const reading = readAll(client, topic)
    for (let round = 0; round < 2; round++) await bounceLeader(ctx, client, topic)
    const receipts = await sending.stop()
    const values = await reading.stop()
    await client.close()
    console.log(`${receipts.length} messages, longest pause ${longestPause(sending.done)} ms`)
    const all = values.flat()
    assert.is(all.length, receipts.length + 1)
    for (let key = 0; key < keys; key++) {
      const seen = all
        .filter(([name, value]) => name === `key ${key}` && value >= 0)
        .map(([, value]) => value)
      assert.equal(
        seen,
        receipts.map((_, i) => i).filter(i => i % keys === key),
      )
    }
  },
)

async function bounceLeader(ctx: AloneContext, client: KafkaClient, topic: string): Promise<void> {
  const { leader } = (await client.loadMetadataForTopics(topic)).partition(topic, 0)!
  await ctx.control.kill(leader)
  // Until somebody else leads, the producer has something to wait for.
  for (;;) {
    const now = (await client.loadMetadataForTopics(topic)).partition(topic, 0)!.leader
    if (now !== leader && now >= 0) break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  await ctx.control.start(leader)
}

contract(
  'two bootstrap addresses that are dead do no harm beside one that is alive',
  { core: true },
  async ctx => {
    const topic = await ctx.uniqueTopic()
    const client = new KafkaClient(`127.0.0.1:1,127.0.0.1:2,${ctx.bootstrap}`)
    const { offset } = await new Producer(client).send({ topic, value: 'a' })
    await client.close()
    assert.is(offset, 0n)
  },
)

contract('a name whose first address is dead is reached at its second', { core: true }, async ctx => {
  const topic = await ctx.uniqueTopic()
  const port = ctx.brokers[0]!.port
  const lookup: Lookup = host =>
    host === 'kafka.example'
      ? Promise.resolve([
          { address: '127.0.0.2', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ])
      : systemLookup(host)
  const client = new KafkaClient(`kafka.example:${port}`, { lookup, mapAddress: named })
  const { offset } = await new Producer(client).send({ topic, value: 'a' })
  await client.close()
  assert.is(offset, 0n)
})

/** The brokers advertise 127.0.0.1; here they go by a name. */
const named = ({ port }: { port: number }) => ({ host: 'kafka.example', port })

contract('brokers are reached over IPv6', { core: true }, async ctx => {
  const topic = await ctx.uniqueTopic()
  const doors = await Promise.all(ctx.brokers.map(({ port }) => openDoor(port)))
  const client = new KafkaClient(`[::1]:${ctx.brokers[0]!.port}`, {
    mapAddress: ({ port }) => ({ host: '::1', port }),
  })
  try {
    const { offset } = await new Producer(client).send({ topic, value: 'a' })
    assert.is(offset, 0n)
    for (const node of client.cluster.brokers.values()) assert.is(node.host, '127.0.0.1')
  } finally {
    await client.close()
    for (const door of doors) door.close()
  }
})

/** A listener on [::1] that leads to the same port of 127.0.0.1, where the brokers of the tests are. */
async function openDoor(port: number): Promise<Server> {
  const door = createServer(outside => {
    const inside = connect({ host: '127.0.0.1', port })
    outside.pipe(inside).pipe(outside)
    outside.on('error', () => inside.destroy())
    inside.on('error', () => outside.destroy())
  })
  door.listen({ port, host: '::1', ipv6Only: true })
  await once(door, 'listening')
  return door
}

contractAlone(
  'a connection that the broker closed for idleness is made anew by the next call',
  { config: { 'connections.max.idle.ms': 2000 } },
  async ctx => {
    const topic = await ctx.uniqueTopic()
    const client = new KafkaClient(ctx.bootstrap)
    const producer = new Producer(client)
    await producer.send({ topic, value: 'a' })
    const closed = new Promise<string>(resolve => {
      client.events$.subscribe({ next: event => event.type === 'disconnected' && resolve(event.reason) })
    })
    assert.is(await closed, 'peer')
    const { offset } = await producer.send({ topic, value: 'b' })
    const [answer] = await client.sendFetchRequest([{ topic, partition: 0, offset: 0 }])
    await client.close()
    assert.is(offset, 1n)
    assert.is(answer!.messages.length, 2)
  },
)

contractAlone(
  'over TLS messages are written and read, and a strange authority is refused by name',
  { tls: true },
  async ctx => {
    const topic = await ctx.uniqueTopic()
    const bootstrap = ctx.control.tlsBootstrap!
    const client = new KafkaClient(bootstrap, { tls: { ca: readFileSync(ctx.control.ca!) } })
    await new Producer(client).send({ topic, value: 'secret' })
    const [answer] = await client.sendFetchRequest([{ topic, partition: 0, offset: 0 }])
    assert.equal(
      answer!.messages.map(({ value }) => String(value)),
      ['secret'],
    )
    await client.close()

    // Without the authority of the cluster its certificate is one that nobody vouches for.
    const stranger = new KafkaClient(bootstrap, { tls: true, timeoutMs: 2000 })
    const error: unknown = await stranger.loadMetadataForTopics(topic).catch((failure: unknown) => failure)
    await stranger.close()
    assert.match(String(error), /certificate/)
    assert.match(String(error), /tls/i)
    assert.ok(error instanceof Error)
    const causes = chain(error)
    assert.ok(
      causes.some(cause => cause instanceof UnavailableError || cause instanceof ConnectionError),
      String(causes),
    )

    // And who speaks no TLS is told to.
    const plain = new KafkaClient(bootstrap, { timeoutMs: 2000 })
    const refused: unknown = await plain.loadMetadataForTopics(topic).catch((failure: unknown) => failure)
    await plain.close()
    assert.match(String(refused), /TLS/)
  },
)

/** An error and its causes. */
function chain(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : []
}

runContract()
