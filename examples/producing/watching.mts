/*
 * Samples of docs/producing.md: what to count, and what to be woken by.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/watching.mjs
 */
import { filter } from 'rxjs'
import { KafkaClient, Producer, type ProducerEvent } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })
const producer = new Producer(client, { compression: 'gzip', maxBatchBytes: 50_000 })

const metrics = { messages: 0, batches: 0, bytes: 0, resent: 0, slowestMs: 0, retries: 0, failed: 0 }
producer.batches$.subscribe(({ messages, bytes, attempts, elapsedMs }) => {
  metrics.messages += messages
  metrics.batches++
  metrics.bytes += bytes
  if (attempts > 1) metrics.resent++
  metrics.slowestMs = Math.max(metrics.slowestMs, elapsedMs)
})
producer.events$.subscribe(event => {
  if (event.type === 'retry') metrics.retries++
  if (event.type === 'batch-failed') metrics.failed += event.messages
})

const alarming: readonly ProducerEvent['type'][] = [
  'batch-failed',
  'delivery-unheard',
  'sequence-lost',
  'transactions-over',
]
producer.events$
  .pipe(filter(({ type }) => alarming.includes(type)))
  .subscribe(event => console.error('producer:', event))

// Nobody awaits these: the second is too large, and an event tells.
producer.sendMessages(topic, 'ada', ['created', 'paid'])
producer.send({ topic, key: 'ada', value: 'x'.repeat(60_000) })

await client.close()
console.log(metrics)
