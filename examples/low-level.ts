/**
 * Talks to Kafka by hand: metadata, a produce request, a fetch request, offsets of a group, and any API there is.
 *
 *     KAFKA_BROKERS=localhost:9092 TOPIC=orders node dist/examples/low-level.js
 */
import { createMessage, createMessageSet, FailedPayloadsError, KafkaClient, OFFSET_EARLIEST } from 'rx-kafka'
import { Apis } from 'rx-kafka/protocol'

const topic = process.env['TOPIC'] ?? 'orders'
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', {
  clientId: 'example-low-level',
})

async function main(): Promise<void> {
  const cluster = await client.loadMetadataForTopics(topic)
  const partitions = [...(cluster.topics.get(topic)?.partitions.values() ?? [])]
  for (const { partition, leader } of partitions)
    console.log(`${topic}/${partition} is led by broker ${leader}`)

  const messages = createMessageSet([createMessage('hello', 'key'), createMessage('world')], {
    compression: 'gzip',
  })
  const [written] = await client.sendProduceRequest([{ topic, partition: 0, messages }], { acks: 'all' })
  console.log(`written at offset ${written!.offset}`)

  const [earliest] = await client.sendOffsetRequest([{ topic, partition: 0, time: OFFSET_EARLIEST }])
  const [read] = await client.sendFetchRequest([{ topic, partition: 0, offset: earliest!.offset }])
  for (const { offset, key, value } of read!.messages)
    console.log(`${offset}: ${String(key)} ${String(value)}`)

  await client.sendOffsetCommitRequest('example', [{ topic, partition: 0, offset: read!.nextOffset }])
  const [stored] = await client.sendOffsetFetchRequest('example', [{ topic, partition: 0 }])
  console.log(`group example goes on at ${stored!.offset}`)

  const { results } = await client.request(Apis.DescribeConfigs, {
    resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }],
  })
  console.log(`retention.ms is ${results[0]?.configs[0]?.value}`)

  try {
    await client.sendFetchRequest([{ topic, partition: 4096, offset: 0 }], { timeoutMs: 1000 })
  } catch (error) {
    if (!(error instanceof FailedPayloadsError)) throw error
    console.log(`as expected: ${error.failedPayloads[0]?.error.message}`)
  }
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => client.close())
