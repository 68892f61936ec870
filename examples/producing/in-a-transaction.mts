/*
 * A sample of docs/producing.md: a whole source, all of it or nothing.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=prices node dist/examples/producing/in-a-transaction.mjs
 */
import { KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'prices'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'prices' })
const producer = new Producer(client, { transactionalId: 'price-list' })

function* prices(count: number) {
  for (let id = 0; id < count; id++) yield { topic, key: `product ${id}`, value: `${id} cents` }
}

const sent = await producer.transaction(async tx => {
  let count = 0
  await tx.sendAll(prices(50_000)).forEach(() => count++)
  return count
})
console.log(`${sent} prices, and nobody sees some of them only`)

await client.close()
