import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { KafkaClient, Producer } from 'rx-kafka'
import { delayAnswer, EmbeddedKafka } from 'rx-kafka/broker'
import { Apis } from 'rx-kafka/protocol'
import { billOrders } from './order-service.js'

const kafka = await EmbeddedKafka.start({ topics: { orders: {}, invoices: {} } })
const client = new KafkaClient(kafka.bootstrap)
const service = billOrders(client).subscribe({ error: (error: Error) => assert.fail(error) })

after(async () => {
  service.unsubscribe()
  await client.close()
  await kafka.close()
})

test('every order gets an invoice', async () => {
  await new Producer(client).send({ topic: 'orders', key: 'ada', value: 'apples' })
  await kafka.until(() => kafka.messages('invoices').length === 1)
  const [invoice] = kafka.messages('invoices')
  assert.equal(String(invoice?.value), 'invoice for apples')
})

test('a slow broker makes invoices late, and loses none', async () => {
  kafka.faults.once(Apis.Produce, delayAnswer(100), { topic: 'invoices' })
  await new Producer(client).sendMessages('orders', 'bob', ['pears', 'plums'])
  await kafka.until(() => kafka.messages('invoices').length === 3)
})
