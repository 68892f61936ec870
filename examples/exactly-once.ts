/**
 * Copies a topic into another one, each message exactly once, whatever dies in between: what is written and how far it
 * has read are committed together. Start it again after a crash, and it goes on where it was. Ends when everything
 * that was there when it began has been copied.
 *
 *     KAFKA_BROKERS=localhost:9092 SOURCE=orders TARGET=copies node dist/examples/exactly-once.js
 *
 * Both topics need the same number of partitions. Whoever reads the copies has to read what is committed only:
 * `isolationLevel: 'read_committed'`.
 */
import { concatMap, merge, takeWhile } from 'rxjs'
import { Consumer, KafkaClient, Producer, type Batch } from 'rx-kafka'

const source = process.env['SOURCE'] ?? 'orders'
const target = process.env['TARGET'] ?? 'copies'
const group = `copy-${source}-to-${target}`
const client = new KafkaClient(process.env['KAFKA_BROKERS'] ?? 'localhost:9092', { clientId: group })
/** Messages read at once, which are one transaction. */
const maxBatchMessages = Number(process.env['BATCH'] ?? 1000)

/** Whoever runs with the same id puts an older instance out, so that no two of them copy the same. */
const producer = new Producer(client, { transactionalId: group, transactionTimeoutMs: 30_000 })

interface Part {
  readonly partition: number
  /** The next offset to copy. */
  readonly from: bigint
  /** Where it ends for today. */
  readonly to: bigint
}

async function main(): Promise<void> {
  // First of all: what an instance before us has left open must have ended before its offsets are read.
  await producer.initTransactions()
  const parts = (await partsToCopy()).filter(({ from, to }) => from < to)
  const batches$ = parts.map(({ partition, from, to }) => {
    const consumer = new Consumer(client, source, { partitions: [partition], maxBatchMessages })
    return consumer.start(from).pipe(takeWhile(({ nextOffset }) => nextOffset < to, true))
  })
  // One transaction at a time: the batches of all partitions queue up for it.
  const copied$ = merge(...batches$).pipe(concatMap(copy))
  let total = 0
  await copied$.forEach(count => (total += count))
  console.log(`${total} messages copied, ${parts.length} partitions had some`)
}

/** One batch and the offset behind it, or neither. */
function copy(batch: Batch) {
  return producer.transaction(async tx => {
    for (const { key, value, headers, timestamp } of batch)
      tx.send({ topic: target, partition: batch.partition, key, value, headers, timestamp })
    // Nobody else is a member of this group: there is no generation to name.
    await tx.sendOffsets([{ topic: source, partition: batch.partition, offset: batch.nextOffset }], group)
    return batch.messages.length
  })
}

/** Of every partition: what of it is to be copied. */
async function partsToCopy(): Promise<Part[]> {
  const cluster = await client.loadMetadataForTopics(source)
  const partitions = [...(cluster.topics.get(source)?.partitions.keys() ?? [])]
  const at = partitions.map(partition => ({ topic: source, partition }))
  const starts = await client.sendOffsetRequest(at.map(one => ({ ...one, time: -2 })))
  const ends = await client.sendOffsetRequest(at)
  const stored = await client.sendOffsetFetchRequest(group, at)
  return partitions.map((partition, i) => {
    const done = stored[i]!.offset
    return { partition, from: done >= 0n ? done : starts[i]!.offset, to: ends[i]!.offset }
  })
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(() => client.close())
