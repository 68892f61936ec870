/**
 * The main job in one minute: a producer writes, a consumer reads what came, and the numbers are compared.
 *
 *     KAFKA_BROKERS=localhost:9092 node dist/examples/tour.js
 */
import { bufferTime, filter, from, lastValueFrom, map, mergeMap, scan, takeWhile, tap } from 'rxjs'
import { Consumer, KafkaClient, OFFSET_EARLIEST, Producer } from 'rx-kafka'
import { Apis } from 'rx-kafka/protocol'

const messages = 20_000
const keys = 50
const brokers = process.env['KAFKA_BROKERS'] ?? 'localhost:9092'
const topic = `rx-kafka-tour-${Date.now()}`
const client = new KafkaClient(brokers, { clientId: 'tour' })

async function main(): Promise<void> {
  console.log(`Connecting to ${brokers}`)
  const cluster = await client.loadMetadataForTopics()
  const nodes = [...cluster.brokers.values()].map(({ id, host, port }) => `${id} at ${host}:${port}`)
  console.log(`Cluster ${cluster.id ?? 'without a name'}: broker ${nodes.join(', broker ')}`)

  await client.request(Apis.CreateTopics, {
    topics: [{ name: topic, numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 10_000,
  })
  console.log(
    `\nWriting ${messages} messages with ${keys} keys to 3 partitions of ${topic}, compressed with snappy`,
  )
  await write()

  console.log('\nReading them from the beginning')
  await read()
}

async function write(): Promise<void> {
  const producer = new Producer(client, { compression: 'snappy', bufferTime: 5 })
  const written$ = from(Array.from({ length: messages }, (_, i) => i)).pipe(
    mergeMap(async i => {
      await producer.ready()
      return producer.send({ topic, key: `user-${i % keys}`, value: JSON.stringify({ event: i }) })
    }, 5000),
    bufferTime(250),
    filter(receipts => receipts.length > 0),
    scan((sum, receipts) => sum + receipts.length, 0),
    tap(sum => console.log(`  ${sum} acknowledged`)),
  )
  await lastValueFrom(written$)
  await producer.close()
}

async function read(): Promise<void> {
  const lastEvent = new Map<string, number>()
  let outOfOrder = 0
  const consumer = new Consumer(client, topic)
  const read$ = consumer.start(OFFSET_EARLIEST).pipe(
    map(batch => {
      for (const { key, value } of batch) {
        const { event } = JSON.parse(String(value)) as { event: number }
        if (event <= (lastEvent.get(String(key)) ?? -1)) outOfOrder++
        lastEvent.set(String(key), event)
      }
      const [first] = batch.messages
      console.log(
        `  partition ${batch.partition} up to offset ${batch.nextOffset}: ${String(first?.key)} ${String(first?.value)} ...`,
      )
      return batch.messages.length
    }),
    scan((sum, count) => sum + count, 0),
    takeWhile(sum => sum < messages, true),
  )
  const sum = await lastValueFrom(read$)
  console.log(`\n${messages} written, ${sum} read, ${outOfOrder} out of order, ${lastEvent.size} keys seen`)
  if (sum !== messages || outOfOrder > 0) throw new Error('something was lost, doubled or re-ordered')
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => client.close())
