/*
 * Samples of docs/producing.md: whole sources.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/many.mjs
 */
import { count, interval, lastValueFrom, map, take } from 'rxjs'
import { KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })
const producer = new Producer(client)

function* orders(count: number) {
  for (let id = 0; id < count; id++)
    yield { topic, key: `user ${id % 1000}`, value: `order ${id}`, passThrough: id }
}

let written = 0
await producer.sendAll(orders(100_000), { maxInFlight: 20_000 }).forEach(({ passThrough, offset }) => {
  if (passThrough % 50_000 === 0) console.log(`order ${passThrough} is at ${offset}`)
  written++
})
console.log(`${written} written`)

const total = await lastValueFrom(producer.sendAll(orders(500)).pipe(count()))
console.log(`${total} more`)

/** Stands for a cursor: the next page is fetched when the producer wants more. */
async function fetchPage(page: number): Promise<{ id: number; text: string }[]> {
  if (page === 3) return []
  return [page * 2, page * 2 + 1].map(id => ({ id, text: 'x'.repeat(id === 4 ? 2_000_000 : 100) }))
}

async function* rows() {
  for (let page = 0; ; page++) {
    const found = await fetchPage(page)
    if (found.length === 0) return
    for (const { id, text } of found) yield { topic, key: String(id), value: text, passThrough: id }
  }
}

await producer.sendAll(rows(), { onError: 'emit' }).forEach(result => {
  if ('error' in result) console.log(`row ${result.passThrough} failed: ${result.error.message}`)
  else console.log(`row ${result.passThrough} is in ${result.partition} at ${result.offset}`)
})

// A sensor cannot be held back: say what happens to a beat for which there is no room.
await interval(1)
  .pipe(
    take(100),
    map(beat => ({ topic, value: `beat ${beat}` })),
    producer.sendAll({ overflow: 'drop' }),
  )
  .forEach(({ partition }) => console.log(`a beat in ${partition}`))

await client.close()
