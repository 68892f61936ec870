import { KafkaClient, Producer } from '../../src'

/** At a time; far less than the producer holds. */
const bytesOutstanding = 8 * 1024 * 1024

/** Writes so many bytes to the partitions in turn. */
export async function fill(
  bootstrap: string,
  { topic, partitions, bytes }: { topic: string; partitions: number; bytes: number },
  total: number,
): Promise<void> {
  const client = new KafkaClient(bootstrap)
  const producer = new Producer(client, { maxBatchBytes: 1_040_000 })
  const value = Buffer.alloc(bytes, 'x')
  const outstanding: PromiseLike<unknown>[] = []
  for (let at = 0; at * bytes < total; at++) {
    outstanding.push(producer.send({ topic, partition: at % partitions, value }))
    if (outstanding.length * bytes > bytesOutstanding) await outstanding.shift()
  }
  await Promise.all(outstanding)
  await producer.close()
  await client.close()
}
