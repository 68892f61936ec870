import { MessageTooLargeError, toBigInt, UnavailableError, type CorruptRecordError } from '../kernel'
import type { Answer } from '../client'
import { codecs } from '../compression'
import { brokerError, errorCode, readBatches, type Fetch, type FetchResponse } from '../protocol'
import { AbortedTransactions } from './aborted'
import { AnswerMemory } from './answer-memory'
import { DecompressionMeter } from './decompression-meter'
import { Fetched } from './fetched'
import { prefer } from './nearest-replica'
import type { PartitionLine } from './partition-line'
import type { FetchAsk } from './plan-fetch'
import type { Position } from './position'
import type { SessionContext } from './session-context'
import type { Troubles } from './troubles'

type Told = FetchResponse['responses'][number]['partitions'][number]

const offsetOutOfRange = errorCode('OFFSET_OUT_OF_RANGE')

interface AnswersContext extends SessionContext {
  readonly troubles: Troubles
  /** Records came for this partition. */
  readonly arrived: (line: PartitionLine) => void
}

/** Takes Fetch answers apart: each partition gets its records, or its error. */
export class FetchAnswers {
  readonly #context: AnswersContext
  readonly #meter = new DecompressionMeter(codecs)

  constructor(context: AnswersContext) {
    this.#context = context
  }

  /** Raises the error of a whole answer. */
  take(
    { leader, parts }: FetchAsk<PartitionLine>,
    { response, version, broker }: Answer<typeof Fetch>,
  ): void {
    const { errorCode, responses } = response!
    const where = `Fetch v${version} -> ${broker.name}`
    if (errorCode !== 0) throw brokerError(errorCode, where)
    const told = new Map<string, Told>()
    for (const { topic, topicId, partitions } of responses)
      for (const one of partitions) told.set(`${one.partitionIndex}:${topic || topicId}`, one)
    const memory = new AnswerMemory(this.#context.budget, [...told.values()])
    try {
      for (const { partition: line, position } of parts) {
        const { topic, partition } = line.at
        const one = told.get(`${partition}:${topic}`) ?? told.get(`${partition}:${line.topicId}`)
        // An answer counts only for the position that is still wanted.
        if (line.position !== position) continue
        if (one === undefined) this.#beside(line)
        else if (one.errorCode !== 0) this.#judge(line, one.errorCode, leader, where)
        else {
          const { preferredReadReplica } = one
          if (preferredReadReplica >= 0) prefer(line, preferredReadReplica, this.#context.client)
          this.#accept(line, one, memory)
        }
      }
    } finally {
      memory.close()
    }
  }

  #accept(line: PartitionLine, told: Told, memory: AnswerMemory): void {
    const { client, settings, budget, arrived } = this.#context
    const { records, abortedTransactions } = told
    const isCommittedOnly = settings.isolationLevel === 'read_committed'
    line.logEnd = toBigInt(isCommittedOnly ? told.lastStableOffset : told.highWatermark)
    if (records === null || records.length === 0) return
    const { maxDecompressedBytes } = client.settings
    const { bytes, holding } = memory.take(records, line.isIdle)
    const batches = readBatches(bytes, { ...line.at, codecs: this.#meter.lookup, maxDecompressedBytes })
    const fetched = new Fetched(batches, holding, {
      bytes: bytes.length,
      from: line.position!,
      highWatermark: toBigInt(told.highWatermark),
      aborted: new AbortedTransactions((isCommittedOnly && abortedTransactions) || []),
      meter: this.#meter,
      budget,
      skip: settings.onCorrupt === 'skip' ? (error, to) => this.#skip(line, error, to) : undefined,
    })
    if (!fetched.isRead) {
      line.arrived(fetched)
      arrived(line)
      return
    }
    fetched.close()
    if (batches.trailingBytes > 0) this.#enlarge(line, bytes.length)
    else this.#beside(line)
  }

  /** No broker should: asked again at once it would answer the same, as fast as we ask. */
  #beside(line: PartitionLine): void {
    const { topic, partition } = line.at
    const what = `${topic}/${partition}: an answer holds nothing from offset ${line.position!.offset} on`
    this.#context.troubles.meet(line, new UnavailableError(what, []))
  }

  /**
   * Goes on behind a damaged batch, with a fetch of its own: an answer read on without one of its markers would take
   * other transactions for aborted.
   */
  #skip(line: PartitionLine, error: CorruptRecordError, to: Position): void {
    line.dropBuffered()
    line.position = to
    line.tracker.skip(to)
    this.#context.emit({ type: 'corrupt-skipped', at: line.at, nextOffset: to.offset, error })
  }

  /** Brokers older than 0.10.1 cut off even the first batch when it is larger than what was asked for. */
  #enlarge(line: PartitionLine, bytes: number): void {
    const { maxPartitionFetchBytes } = this.#context.settings
    if (line.fetchBytes < maxPartitionFetchBytes) {
      line.leastFetchBytes = Math.min(maxPartitionFetchBytes, 2 * line.fetchBytes)
      return
    }
    const where = `${line.at.topic}/${line.at.partition} offset ${line.position!.offset}`
    const option = 'consumer option maxPartitionFetchBytes'
    this.#context.troubles.end(line, new MessageTooLargeError(where, bytes, maxPartitionFetchBytes, option))
  }

  #judge(line: PartitionLine, code: number, asked: number, where: string): void {
    const { troubles, client } = this.#context
    const { topic, partition } = line.at
    const error = brokerError(code, `${where}, ${topic}/${partition} offset ${line.position!.offset}`)
    const known = client.cluster.partition(topic, partition)
    // A replica may lag behind: only the leader knows what is out of range.
    if (code === offsetOutOfRange && asked !== known?.leader) troubles.again(line, error)
    else if (code === offsetOutOfRange) troubles.outOfRange(line, error)
    // The answer has told who leads (KIP-951), or somebody else has meanwhile.
    else if (known && known.leaderEpoch > line.validatedEpoch) troubles.again(line, error)
    else troubles.meet(line, error)
  }
}
