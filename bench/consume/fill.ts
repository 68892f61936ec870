import { KafkaClient, Producer, roundRobin } from '../../src'
import { readPayload, type RealBroker } from '../rivals'
import { topicOf, type Workload } from './workloads'

/** Record batches are as large as a producer for throughput would make them: Java's with `batch.size` 64 KB. */
const batchBytes = 64 * 1024
/** Of a record, about, beside its value. */
const otherBytes = 16
/** At a time; far less than the producer holds. */
const callsOutstanding = 200

/** Writes so many messages, each call a batch of its own, to the partitions in turn; answers the log's ends. */
export async function fill(
  broker: RealBroker,
  folder: string,
  workload: Workload,
  messages: number,
): Promise<readonly number[]> {
  const { bytes, compression } = workload
  const topic = topicOf(workload)
  const perCall = Math.floor(batchBytes / (bytes + otherBytes))
  const calls = Math.ceil(messages / perCall)
  const client = new KafkaClient(broker.bootstrap)
  const options = { compression, bufferCount: perCall, bufferTime: 100, partitioner: roundRobin() }
  const producer = new Producer(client, options)
  const { keys, values } = readPayload(folder, bytes)
  const send = (call: number) =>
    producer.sendMessages(
      topic,
      keys[call % keys.length],
      Array.from({ length: perCall }, (_, index) => values[(call * perCall + index) % values.length]!),
    )
  const outstanding: PromiseLike<unknown>[] = []
  for (let call = 0; call < calls; call++) {
    outstanding.push(send(call))
    if (outstanding.length > callsOutstanding) await outstanding.shift()
  }
  await Promise.all(outstanding)
  await producer.close()
  await client.close()
  const ends = await broker.endOffsets(topic)
  const written = ends.reduce((sum, end) => sum + end, 0)
  if (written !== calls * perCall)
    throw new Error(`${topic} holds ${written}, not ${calls * perCall} messages`)
  return ends
}
