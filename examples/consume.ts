/**
 * Reads a topic from its beginning, commits what is done, and ends when everything that was there has been read.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/consume.js
 */
import { concat, concatMap, defer, ignoreElements, lastValueFrom, scan, takeWhile, tap } from 'rxjs'
import { Consumer, KafkaClient, OFFSET_EARLIEST, type Batch } from 'rx-kafka'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', {
  clientId: 'example-consume',
})
const consumer = new Consumer(client, topic, { groupId: 'example-consume' })

/** What a program does with messages. */
async function save(batch: Batch): Promise<void> {
  for (const { key, value } of batch) await Promise.resolve([key, value])
  console.log(
    `${batch.topic}/${batch.partition}: ${batch.messages.length} messages up to offset ${batch.nextOffset}`,
  )
}

async function main(): Promise<void> {
  const total = await messagesNow()
  if (total === 0) {
    console.log(`${topic} has no messages yet`)
    return
  }
  const seen$ = consumer.start(OFFSET_EARLIEST).pipe(
    concatMap(batch =>
      concat(defer(() => save(batch)).pipe(ignoreElements()), batch.commit(), [batch.messages.length]),
    ),
    scan((sum, count) => sum + (count ?? 0), 0),
    takeWhile(sum => sum < total, true),
    tap({ complete: () => console.log(`all ${total} messages read and committed`) }),
  )
  await lastValueFrom(seen$)
}

/** How many messages the topic has at this moment. */
async function messagesNow(): Promise<number> {
  const cluster = await client.loadMetadataForTopics(topic)
  const partitions = [...(cluster.topics.get(topic)?.partitions.keys() ?? [])]
  if (partitions.length === 0) return 0
  const ends = await client.sendOffsetRequest(partitions.map(partition => ({ topic, partition })))
  const starts = await client.sendOffsetRequest(partitions.map(partition => ({ topic, partition, time: -2 })))
  return Number(ends.reduce((sum, { offset }, i) => sum + offset - starts[i]!.offset, 0n))
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => client.close())
