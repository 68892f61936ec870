/*
 * Samples of docs/producing.md: objects, keys, tombstones.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/producing/values.mjs
 */
import { consistentHash, KafkaClient, Producer } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: 'shop' })

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

const users = new Producer<Order | null>(client, {
  serializer: order => (order === null ? null : JSON.stringify(order)),
})
await users.send({ topic, key: 'ada', value: { id: 7, user: 'ada' } })
await users.send({ topic, key: 'ada', value: null })

/** Stands for a request to a schema registry. */
async function register(subject: string): Promise<number> {
  console.log(`schema of ${subject} asked for`)
  return 42
}

const ids = new Map<string, number | Promise<number>>()

/** Asks once for each topic. What failed is asked again by the next message. */
function schemaId(topic: string): number | Promise<number> {
  const known = ids.get(topic)
  if (known !== undefined) return known
  const asked = register(`${topic}-value`)
  ids.set(topic, asked)
  asked.then(
    id => ids.set(topic, id),
    () => ids.delete(topic),
  )
  return asked
}

/** A zero byte and the id of the schema, then the value. */
function framed(id: number, order: Order): Buffer {
  const head = Buffer.alloc(5)
  head.writeInt32BE(id, 1)
  return Buffer.concat([head, Buffer.from(JSON.stringify(order))])
}

const registered = new Producer<Order>(client, {
  serializer(order, topic) {
    const id = schemaId(topic)
    return typeof id === 'number' ? framed(id, order) : id.then(answer => framed(answer, order))
  },
  keyMaker: order => order.user,
})
for (const user of ['ada', 'bob']) await registered.send({ topic, value: { id: 8, user } })

await client.close()
