import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KafkaClient, Producer } from 'rx-kafka'
import {
  closeConnection,
  dropAnswer,
  EmbeddedKafka,
  MemoryNetwork,
  seededRandom,
  VirtualClock,
} from 'rx-kafka/broker'
import { Apis } from 'rx-kafka/protocol'
import { billOrders } from './order-service.js'

/** A cluster, a client and a running service whose time stands still until a test moves it. */
async function start(seed = 1) {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const random = seededRandom(seed)
  const topics = { orders: {}, invoices: {} }
  const kafka = await EmbeddedKafka.start({ brokers: 3, topics, network, clock, random })
  const client = new KafkaClient(kafka.bootstrap, { ...kafka.clientOptions, random })
  const service = billOrders(client).subscribe({ error: (error: Error) => assert.unreachable(error.message) })
  const stop = async (): Promise<void> => {
    service.unsubscribe()
    await clock.outcomeOf(client.close({ timeoutMs: 1000 }))
    await kafka.close()
  }
  return { clock, kafka, client, stop }
}

test('a broker that is silent for half a minute is waited for in no time', async () => {
  const { clock, kafka, client, stop } = await start()
  kafka.faults.once(Apis.Produce, dropAnswer(), { topic: 'invoices' })
  const began = clock.now()
  await clock.outcomeOf(new Producer(client).send({ topic: 'orders', value: 'apples' }))
  await kafka.until(() => kafka.lag('billing', 'orders') === 0, { timeoutMs: 60_000 })
  assert.ok(clock.now() - began >= 30_000, 'the default of requestTimeoutMs')
  assert.is(kafka.messages('invoices').length, 1)
  await stop()
})

test('nothing happens before its time', async () => {
  const { clock, kafka, client, stop } = await start()
  for (const { id } of kafka.brokers) await kafka.broker(id).pause()
  new Producer(client).send({ topic: 'orders', value: 'apples' }).subscribe({ error: assert.unreachable })
  await clock.advance(5000)
  assert.is(kafka.messages('orders').length, 0)
  for (const { id } of kafka.brokers) await kafka.broker(id).resume()
  await kafka.until(() => kafka.messages('invoices').length === 1)
  await stop()
})

for (let seed = 1; seed <= 10; seed++)
  test(`connections that break now and then lose no order and double no invoice, seed ${seed}`, async () => {
    const { clock, kafka, client, stop } = await start(seed)
    for (const api of [Apis.Produce, Apis.Fetch, Apis.OffsetCommit])
      kafka.faults.on(api, closeConnection('after'), { probability: 0.3 })
    const producer = new Producer(client)
    const orders = Array.from({ length: 10 }, (_, i) => `thing ${i}`)
    await clock.outcomeOf(Promise.all(orders.map(value => producer.send({ topic: 'orders', value }))))
    await kafka.until(() => kafka.lag('billing', 'orders') === 0, { timeoutMs: 600_000 })
    const billed = kafka.messages('invoices').map(({ value }) => String(value).replace('invoice for ', ''))
    assert.equal(billed.sort(), orders)
    await stop()
  })

test.run()
