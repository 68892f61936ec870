const { KafkaClient, Producer } = require('rx-kafka')
const { EmbeddedKafka } = require('rx-kafka/broker')
const { billOrders } = require('./order-service')

/** @type {EmbeddedKafka} */
let kafka
/** @type {KafkaClient} */
let client
/** @type {import('rxjs').Subscription} */
let service
const failed = jest.fn()

beforeAll(async () => {
  kafka = await EmbeddedKafka.start({ topics: { orders: {}, invoices: {} } })
  client = new KafkaClient(kafka.bootstrap)
  service = billOrders(client).subscribe({ error: failed })
})

afterAll(async () => {
  service.unsubscribe()
  await client.close()
  await kafka.close()
})

afterEach(() => expect(failed).not.toHaveBeenCalled())

test('every order gets an invoice', async () => {
  await new Producer(client).send({ topic: 'orders', key: 'ada', value: 'apples' })
  await kafka.until(() => kafka.messages('invoices').length === 1)
  const [{ value }] = kafka.messages('invoices')
  expect(String(value)).toBe('invoice for apples')
})

test('the service commits what it has done', async () => {
  await kafka.until(() => kafka.lag('billing', 'orders') === 0)
  expect(kafka.group('billing').offsets).toMatchObject([{ topic: 'orders', partition: 0, offset: 1n }])
})
