import { formatOf, type Broker, type ClientCore, type Sending } from '../client'
import { toBigInt, UnavailableError, type KafkaError, type TopicPartition } from '../kernel'
import { brokerError, encodeMessageSet, Produce, type ProduceResponse, type Stamp } from '../protocol'
import type { Batch } from './batch'
import type { ProducerSettings } from './options'
import type { RefusedRecord } from './outcomes'
import type { PartitionLine } from './partition-line'
import { isDuplicate } from './verdict'

/** One batch of a request, with the line that waits for its answer. */
export interface Passenger {
  readonly line: PartitionLine
  readonly batch: Batch
  readonly stamp: Stamp
}

/** What an answer says of one batch. */
export type Told =
  | { readonly isWritten: true; readonly baseOffset: bigint; readonly timestamp: bigint }
  | {
      readonly isWritten: false
      readonly error: KafkaError
      /** The messages that the error is about, if the broker says which (KIP-467). */
      readonly records?: readonly RefusedRecord[]
    }

interface RequestContext {
  readonly client: ClientCore
  readonly settings: ProducerSettings
  readonly acks: number
  readonly transactionalId: string | null
  readonly gate: { readonly maxProduceVersion: number } | undefined
}

/** Versions from this one on name topics by id (KIP-516). */
const topicIds = 13

/** One Produce request to one broker: at most one batch for each partition. */
export class ProduceRequest {
  readonly broker: Broker
  readonly #context: RequestContext
  readonly #topics = new Map<string, Passenger[]>()
  /** The ids of all its topics as it was sent, if all were known. */
  #ids: ReadonlyMap<string, string> | undefined
  #bytes = 0

  constructor(broker: Broker, context: RequestContext) {
    this.broker = broker
    this.#context = context
  }

  get bytes(): number {
    return this.#bytes
  }

  get passengers(): readonly Passenger[] {
    return [...this.#topics.values()].flat()
  }

  add(line: PartitionLine): void {
    const batch = line.leave(this.broker)
    const passenger = { line, batch, stamp: line.stampOf(batch) }
    this.#bytes += batch.bytes
    const list = this.#topics.get(line.at.topic)
    if (list) list.push(passenger)
    else this.#topics.set(line.at.topic, [passenger])
  }

  sending(): Sending<typeof Produce> {
    const { settings, acks, transactionalId, gate } = this.#context
    const ids = (this.#ids = this.#knownIds())
    return {
      api: Produce,
      purpose: 'main',
      heldMs: settings.ackTimeoutMs,
      noResponse: acks === 0,
      maxVersion: Math.min(ids ? Infinity : topicIds - 1, gate?.maxProduceVersion ?? Infinity),
      body: version => ({
        transactionalId,
        acks,
        timeoutMs: settings.ackTimeoutMs,
        topicData: [...this.#topics].map(([name, list]) => ({
          ...(version >= topicIds ? { topicId: ids!.get(name)! } : { name }),
          partitionData: list.map(({ line, batch, stamp }) => ({
            index: line.at.partition,
            records: this.#records(batch, stamp, version),
          })),
        })),
      }),
    }
  }

  /** What the answer says of each batch, those that it leaves out included. */
  read(response: ProduceResponse | undefined, version: number): ReadonlyMap<Passenger, Told> {
    const told = new Map<Passenger, Told>()
    const where = `Produce v${version} -> ${this.broker.name}`
    const answers = new Map(
      response?.responses.map(answer => [version >= topicIds ? answer.topicId : answer.name, answer]),
    )
    for (const [topic, list] of this.#topics) {
      const answer = answers.get(version >= topicIds ? this.#ids!.get(topic)! : topic)
      const parts = new Map(answer?.partitionResponses.map(part => [part.index, part]))
      for (const passenger of list) {
        const part = parts.get(passenger.line.at.partition)
        told.set(passenger, response === undefined ? unanswered : judge(part, where, passenger.line.at))
      }
    }
    return told
  }

  #knownIds(): ReadonlyMap<string, string> | undefined {
    const ids = new Map<string, string>()
    for (const topic of this.#topics.keys()) {
      const id = this.#context.client.cluster.topics.get(topic)?.id
      if (id === undefined) return undefined
      ids.set(topic, id)
    }
    return ids
  }

  /** The batch in the format that this version carries. */
  #records(batch: Batch, stamp: Stamp, version: number): Buffer {
    const { compression, compressionLevel: level } = this.#context.settings
    const { magic, codec } = formatOf(version, compression)
    if (magic === 2) return batch.stamped(stamp)
    // As an older format, without its sequence, it might be written twice.
    if (stamp.producerId !== undefined)
      throw new UnavailableError(
        `${this.broker.name} was taken for too old a broker to tell doubles, which others of its cluster can`,
        [],
      )
    return encodeMessageSet(batch.messages(), { magic, codec, level, timestamp: 0 })
  }
}

/** With acks 0 the broker does not answer. */
const unanswered: Told = { isWritten: true, baseOffset: -1n, timestamp: -1n }

type Part = ProduceResponse['responses'][number]['partitionResponses'][number]

function judge(part: Part | undefined, where: string, { topic, partition }: TopicPartition): Told {
  const at = `${where}, ${topic}/${partition}`
  if (part === undefined) {
    const error = brokerError(-1, at, 'the broker left this partition out of its answer')
    return { isWritten: false, error }
  }
  if (isDuplicate(part.errorCode)) return unanswered
  if (part.errorCode !== 0)
    return {
      isWritten: false,
      error: brokerError(part.errorCode, at, part.errorMessage),
      records: refused(part, at),
    }
  return {
    isWritten: true,
    baseOffset: toBigInt(part.baseOffset),
    timestamp: toBigInt(part.logAppendTimeMs),
  }
}

function refused({ errorCode, recordErrors, errorMessage }: Part, at: string): readonly RefusedRecord[] {
  return recordErrors.map(({ batchIndex: index, batchIndexErrorMessage }) => ({
    index,
    error: brokerError(errorCode, at, batchIndexErrorMessage ?? errorMessage),
  }))
}
