const { KafkaClient, Producer } = require('rx-kafka')
const { EmbeddedKafka } = require('rx-kafka/broker')
const { billOrders } = require('./order-service')

/** @type {EmbeddedKafka} */
let kafka
/** @type {KafkaClient} */
let client
/** @type {import('rxjs').Subscription} */
let service

beforeAll(async () => {
  kafka = await EmbeddedKafka.start({ topics: { orders: {}, invoices: {} } })
  client = new KafkaClient(kafka.bootstrap)
  service = billOrders(client).subscribe({ error: console.error })
})

afterAll(async () => {
  service.unsubscribe()
  await client.close()
  await kafka.close()
})

test('every order gets an invoice', async () => {
  await new Producer(client).send({ topic: 'orders', key: 'ada', value: 'apples' })
  await kafka.until(() => kafka.messages('invoices').length === 1)
  const [{ value }] = kafka.messages('invoices')
  expect(String(value)).toBe('invoice for apples')
})

test('the service commits what it has done', async () => {
  await kafka.until(() => kafka.group('billing') !== undefined)
  expect(kafka.group('billing').offsets).toMatchObject([{ topic: 'orders', partition: 0, offset: 1n }])
})
