/*
 * Samples of docs/producing.md: messages one by one.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/sending.mjs
 */
import { concat, defer } from 'rxjs'
import { KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })
const producer = new Producer(client)

producer.send({ topic, key: 'ada', value: 'created' }).subscribe({
  next: ({ partition, offset }) => console.log(`in partition ${partition} at ${offset}`),
  error: (error: Error) => console.error(error.message),
})

const { offset } = await producer.sendMessages(topic, 'ada', ['paid', 'packed', 'shipped'])
console.log(`three in one batch, from ${offset}`)

await producer.send({
  topic,
  partition: 0,
  key: 'ada',
  value: Buffer.from('returned'),
  headers: [
    ['trace', '7f3a'],
    ['checked-by', null],
  ],
  timestamp: new Date('2025-03-01T12:00:00Z'),
})

// The second is only sent once the first is written.
await concat(
  producer.send({ topic, key: 'bob', value: 'one' }),
  defer(() => producer.send({ topic, key: 'bob', value: 'two' })),
).forEach(receipt => console.log(`written at ${receipt.offset}`))

for (let page = 0; page < 10; page++) {
  await producer.ready()
  producer.send({ topic, value: Buffer.alloc(10_000, page) }).subscribe({
    error: (error: Error) => console.error(error.message),
  })
}
await producer.flush()

await client.close()
