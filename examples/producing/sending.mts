/*
 * The samples of docs/producing.md, one after another.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/sending.mjs
 */
import { concat, defer, interval, map, take } from 'rxjs'
import { consistentHash, KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })
const producer = new Producer(client)

producer.send({ topic, key: 'ada', value: 'created' }).subscribe({
  next: ({ partition, offset }) => console.log(`in partition ${partition} at ${offset}`),
  error: (error: Error) => console.error(error.message),
})

const { offset } = await producer.sendMessages(topic, 'ada', ['paid', 'packed', 'shipped'])
console.log(`three in one batch, from ${offset}`)

// The second is only sent once the first is written.
await concat(
  producer.send({ topic, key: 'bob', value: 'one' }),
  defer(() => producer.send({ topic, key: 'bob', value: 'two' })),
).forEach(receipt => console.log(`written at ${receipt.offset}`))

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

// A sensor cannot be held back: say what happens to a beat for which there is no room.
await interval(1)
  .pipe(
    take(100),
    map(beat => ({ topic, value: `beat ${beat}` })),
    producer.sendAll({ overflow: 'drop' }),
  )
  .forEach(({ partition }) => console.log(`a beat in ${partition}`))

for (let page = 0; page < 10; page++) {
  await producer.ready()
  producer.send({ topic, value: Buffer.alloc(10_000, page) }).subscribe({
    error: (error: Error) => console.error(error.message),
  })
}
await producer.flush()

interface Order {
  readonly id: number
  readonly user: string
}

const shop = new Producer<Order>(client, {
  serializer: order => JSON.stringify(order),
  keyMaker: order => order.user,
  partitioner: consistentHash(),
  compression: 'gzip',
  bufferTime: 5,
})
await shop.send({ topic, value: { id: 7, user: 'ada' } })

await client.close()
