import type { Subscription } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KafkaClient, Producer } from 'rx-kafka'
import { answerWith, closeConnection, EmbeddedKafka } from 'rx-kafka/broker'
import { Apis } from 'rx-kafka/protocol'
import { billOrders } from './order-service.js'

let kafka: EmbeddedKafka
let client: KafkaClient
let service: Subscription

test.before.each(async () => {
  kafka = await EmbeddedKafka.start({ brokers: 3, topics: { orders: { partitions: 3 }, invoices: {} } })
  client = new KafkaClient(kafka.bootstrap)
  service = billOrders(client).subscribe({ error: (error: Error) => assert.unreachable(error.message) })
})

test.after.each(async () => {
  service.unsubscribe()
  await client.close({ timeoutMs: 1000 })
  await kafka.close()
})

/** Writes orders as a shop would. */
async function order(customer: string, ...things: string[]): Promise<void> {
  const shop = new KafkaClient(kafka.bootstrap)
  await new Producer(shop).sendMessages('orders', customer, things)
  await shop.close()
}

const invoices = (): string[] => kafka.messages('invoices').map(({ key, value }) => `${key}: ${value}`)

test('every order gets one invoice, in order', async () => {
  await order('ada', 'apples', 'pears')
  await kafka.until(() => invoices().length === 2)
  assert.equal(invoices(), ['ada: invoice for apples', 'ada: invoice for pears'])
})

test('orders need no shop: a test may write them into the log itself', async () => {
  const written = kafka.partition('orders', 2).append([
    { key: 'ada', value: 'apples' },
    { key: 'bob', value: 'pears' },
  ])
  assert.is(written, 0n)
  await kafka.until(() => kafka.committed('billing', 'orders', 2) === 2n)
  assert.equal(invoices(), ['ada: invoice for apples', 'bob: invoice for pears'])
})

test('an order is committed only when its invoice is written', async () => {
  const refused = kafka.faults.on(Apis.Produce, answerWith('NOT_ENOUGH_REPLICAS'), { topic: 'invoices' })
  await order('ada', 'apples')
  await kafka.until(() => refused.hits > 2)
  assert.is(kafka.lag('billing', 'orders'), 1)
  refused.remove()
  await kafka.until(() => kafka.lag('billing', 'orders') === 0)
  assert.equal(invoices(), ['ada: invoice for apples'])
})

test('an answer that gets lost makes no second invoice', async () => {
  const lost = kafka.faults.once(Apis.Produce, closeConnection('after'), { topic: 'invoices' })
  await order('ada', 'apples')
  await kafka.until(() => kafka.lag('billing', 'orders') === 0)
  assert.is(lost.hits, 1)
  assert.equal(invoices(), ['ada: invoice for apples'])
})

test('when a leader moves, or its broker goes down, the service goes on', async () => {
  await order('ada', 'apples')
  await kafka.until(() => invoices().length === 1)
  kafka.partition('invoices').moveLeader()
  await order('ada', 'pears')
  await kafka.until(() => invoices().length === 2)
  await kafka.broker(kafka.partition('invoices').leader).kill()
  await order('ada', 'plums')
  await kafka.until(() => invoices().length === 3, { timeoutMs: 10_000 })
  assert.is(invoices().at(-1), 'ada: invoice for plums')
})

test('a service that is started again goes on where it was', async () => {
  await order('ada', 'apples')
  await kafka.until(() => kafka.lag('billing', 'orders') === 0)
  service.unsubscribe()
  await order('ada', 'pears')
  service = billOrders(client).subscribe({ error: (error: Error) => assert.unreachable(error.message) })
  await kafka.until(() => invoices().length >= 2)
  assert.equal(invoices(), ['ada: invoice for apples', 'ada: invoice for pears'])
})

test.run()
