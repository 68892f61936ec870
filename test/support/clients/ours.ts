import {
  codecs,
  KafkaClient,
  Producer,
  type CompressionType,
  type OffsetFetchResponse,
  type ReceivedMessage,
} from '../../../src'
import { Apis, decodeAssignment, readBatches } from '../../../src/protocol'
import type { Sample, Seen } from './client'
import { OurMember } from './our-member'

/** A message as we read it, and how its batch was written. */
export interface SeenByUs extends Seen {
  readonly codec: CompressionType | undefined
  readonly idempotent: boolean
}

/** Runs `work` with a client of ours. */
export async function withOurs<T>(bootstrap: string, work: (ours: Ours) => Promise<T>): Promise<T> {
  const client = new KafkaClient(bootstrap, { clientId: 'ours' })
  try {
    return await work(new Ours(client))
  } finally {
    await client.close()
  }
}

/** What the tests of other clients do with ours. */
export class Ours {
  readonly #client: KafkaClient

  constructor(client: KafkaClient) {
    this.#client = client
  }

  /** Replicas by partition. */
  async partitions(topic: string): Promise<number[]> {
    const cluster = await this.#client.loadMetadataForTopics(topic)
    return [...(cluster.topics.get(topic)?.partitions.values() ?? [])].map(({ replicas }) => replicas.length)
  }

  async produce(topic: string, messages: readonly Sample[], compression: CompressionType): Promise<void> {
    const producer = new Producer(this.#client, { compression, bufferTime: 20 })
    await Promise.all(messages.map(message => producer.send({ topic, ...message })))
    await producer.close()
  }

  /** All that is in partition 0. */
  async read(topic: string): Promise<SeenByUs[]> {
    const seen: SeenByUs[] = []
    for (let fetchOffset = 0n; ;) {
      const { highWatermark, batches } = await this.#fetch(topic, fetchOffset)
      for (const batch of batches) {
        const written = { codec: batch.compression, idempotent: batch.producerId >= 0n }
        seen.push(...batch.records(fetchOffset).map(message => ({ ...seenIn(message), ...written })))
        fetchOffset = batch.nextOffset
      }
      if (fetchOffset >= highWatermark) return seen
    }
  }

  async #fetch(topic: string, fetchOffset: bigint) {
    const wanted = { partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }
    const body = { maxWaitMs: 50, minBytes: 1, topics: [{ topic, partitions: [wanted] }] }
    const { responses } = await this.#client.request(Apis.Fetch, body)
    const [answer] = responses[0]?.partitions ?? []
    if (!answer || answer.errorCode !== 0) throw new Error(`${topic}: error ${answer?.errorCode}`)
    return {
      highWatermark: answer.highWatermark.toBigInt(),
      batches: readBatches(answer.records ?? Buffer.alloc(0), { topic, partition: 0, codecs }),
    }
  }

  commit(group: string, topic: string, offset: bigint): PromiseLike<unknown> {
    return this.#client.sendOffsetCommitRequest(group, [{ topic, partition: 0, offset }])
  }

  /** By partition; -1n where there is none. */
  async committed(group: string, topic: string, partitions: number): Promise<bigint[]> {
    const asked = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    const answers: readonly OffsetFetchResponse[] = await this.#client.sendOffsetFetchRequest(group, asked)
    return answers.map(({ offset }) => offset)
  }

  /** A member of a group that knows the assignors of all clients, and reads nothing. */
  join(group: string, topic: string): OurMember {
    return new OurMember(this.#client, group, topic)
  }

  /** How many partitions each member of a group has, most first; undefined while the group is not stable. */
  async shares(group: string): Promise<number[] | undefined> {
    const { groups } = await this.#client.request(Apis.DescribeGroups, { groups: [group] })
    const [found] = groups
    if (found?.groupState !== 'Stable') return undefined
    return found.members
      .map(({ memberAssignment }) =>
        decodeAssignment(memberAssignment).assignedPartitions.reduce(
          (sum, { partitions }) => sum + partitions.length,
          0,
        ),
      )
      .sort((a, b) => b - a)
  }
}

const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()

function seenIn({ partition, offset, key, value, headers }: ReceivedMessage): Seen {
  return {
    partition,
    offset: String(offset),
    key: text(key),
    value: text(value),
    headers: headers.map(([name, one]) => [name, text(one) ?? 'null']),
  }
}
