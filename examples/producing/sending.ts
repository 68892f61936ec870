/**
 * The samples of docs/producing.md, one after another.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/sending.js
 */
import { concat, defer, finalize, interval, map, take } from 'rxjs'
import { consistentHash, KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })
const producer = new Producer(client)

async function calls(): Promise<void> {
  producer.send({ topic, key: 'ada', value: 'created' }).subscribe({
    next: ({ partition, offset }) => console.log(`in partition ${partition} at ${offset}`),
    error: (error: Error) => console.error(error.message),
  })

  const { offset } = await producer.sendMessages(topic, 'ada', ['paid', 'packed', 'shipped'])
  console.log(`three in one batch, from ${offset}`)
}

async function inTurn(): Promise<void> {
  // Both are accepted now, in this order; the second is written although the first may fail.
  await Promise.all([
    producer.send({ topic, key: 'bob', value: 'one' }),
    producer.send({ topic, key: 'bob', value: 'two' }),
  ])

  // The second is only sent once the first is written.
  await concat(
    producer.send({ topic, key: 'bob', value: 'three' }),
    defer(() => producer.send({ topic, key: 'bob', value: 'four' })),
  ).forEach(receipt => console.log(`written at ${receipt.offset}`))
}

/** Read as fast as the producer takes them, 100,000 or 100 million. */
function* orders(count: number) {
  for (let id = 0; id < count; id++)
    yield { topic, key: `user ${id % 1000}`, value: `order ${id}`, passThrough: id }
}

async function many(): Promise<void> {
  let written = 0
  await producer.sendAll(orders(100_000), { maxInFlight: 20_000 }).forEach(({ passThrough, offset }) => {
    if (passThrough % 50_000 === 0) console.log(`order ${passThrough} is at ${offset}`)
    written++
  })
  console.log(`${written} written`)

  // A source that cannot be held back, such as a sensor: say what happens when there is no room.
  await interval(1)
    .pipe(
      take(100),
      map(beat => ({ topic, value: `beat ${beat}` })),
      producer.sendAll({ overflow: 'drop' }),
      finalize(() => console.log('the sensor is off')),
    )
    .forEach(() => undefined)
}

async function withBackpressure(): Promise<void> {
  for (let page = 0; page < 10; page++) {
    await producer.ready()
    producer.send({ topic, value: Buffer.alloc(10_000, page) }).subscribe({
      error: (error: Error) => console.error(error.message),
    })
  }
  await producer.flush()
}

interface Order {
  readonly id: number
  readonly user: string
}

async function ofObjects(): Promise<void> {
  const shop = new Producer<Order>(client, {
    serializer: order => JSON.stringify(order),
    keyMaker: order => order.user,
    partitioner: consistentHash(),
    compression: 'gzip',
    bufferTime: 5,
  })
  await shop.send({ topic, value: { id: 7, user: 'ada' } })
  await shop.close()
}

async function main(): Promise<void> {
  await calls()
  await inTurn()
  await many()
  await withBackpressure()
  await ofObjects()
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => client.close())
