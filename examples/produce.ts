/**
 * Writes messages three ways: a keyed call of several, one with headers, and many whose receipts are one stream.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/produce.js
 */
import { KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', {
  clientId: 'example-produce',
})
const producer = new Producer(client, { compression: 'gzip' })

producer.sendMessages(topic, 'user-1', ['created', 'paid']).subscribe({
  next: ({ partition, offset }) =>
    console.log(`two messages in partition ${partition} from offset ${offset}`),
  error: (error: Error) => console.error(error.message),
})

async function main(): Promise<void> {
  const { offset } = await producer.send({
    topic,
    key: 'user-1',
    value: 'shipped',
    headers: [['trace', '7']],
  })
  console.log(`one with a header at offset ${offset}`)

  let written = 0
  const events = Array.from({ length: 1000 }, (_, i) => ({ topic, value: `event ${i}` }))
  await producer.sendAll(events).forEach(() => written++)
  console.log(`${written} more`)
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => client.close())
