import { ArgumentError, type CodecLookup, type TopicPartition } from '../../kernel'
import { placeBatch, readBatches, type RecordBatch } from '../../protocol'
import type { AppendOutcome } from './append-outcome'
import { BatchStore } from './batch-store'
import { LeaderEpochs, type EpochEnd } from './leader-epochs'
import { ProducerStates } from './producer-states'
import { refuse } from './refusal'
import { defaultLogRules, type LogRules } from './rules'
import type { ReadLimits } from './select-batches'
import { advanceSequence, type SequencedBatch } from './sequence'
import type { LogSettings } from './settings'
import type { StoredBatch } from './stored-batch'

/** When and by whom something is appended. */
export interface AppendAt {
  readonly leaderEpoch: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The log of one partition. All replicas share it. */
export class PartitionLog {
  readonly producers = new ProducerStates()
  readonly #where: TopicPartition
  readonly #settings: () => LogSettings
  readonly #codecs: CodecLookup
  readonly #rules: LogRules
  readonly #batches = new BatchStore()
  readonly #epochs = new LeaderEpochs()
  #startOffset = 0n
  #endOffset = 0n

  constructor(
    where: TopicPartition,
    settings: () => LogSettings,
    codecs: CodecLookup,
    rules: LogRules = defaultLogRules,
  ) {
    this.#where = { topic: where.topic, partition: where.partition }
    this.#settings = settings
    this.#codecs = codecs
    this.#rules = rules
  }

  /** First offset that may be read. */
  get startOffset(): bigint {
    return this.#startOffset
  }

  /** Offset of the next record to be written. */
  get endOffset(): bigint {
    return this.#endOffset
  }

  get sizeInBytes(): number {
    return this.#batches.sizeInBytes
  }

  /** What a Produce request brought for this partition. The bytes belong to the log from here on. */
  append(records: Buffer, at: AppendAt & { readonly version: number }): AppendOutcome {
    const settings = this.#settings()
    const { now, version } = at
    const context = { ...this.#where, settings, codecs: this.#codecs, now, version }
    const checked = this.#rules.checkBatch(records, context)
    if ('error' in checked) return checked
    const [batch] = readBatches(checked.bytes, { ...context, checkCrc: false })
    return this.#appendInSequence(batch!, at, settings)
  }

  #appendInSequence(batch: RecordBatch, at: AppendAt, settings: LogSettings): AppendOutcome {
    const { producerId, producerEpoch, baseSequence } = batch
    if (producerId < 0n) return this.#place(batch, at, settings)
    const lastSequence = advanceSequence(baseSequence, batch.count! - 1)
    const sequenced = { producerId, producerEpoch, baseSequence, lastSequence }
    const verdict = this.#rules.checkSequence(this.producers.get(producerId), sequenced)
    if (verdict.kind === 'refused') return refuse(verdict.error, verdict.reason)
    if (verdict.kind === 'duplicate') {
      const { baseOffset, lastOffset, timestamp } = verdict.of
      return { baseOffset, lastOffset, logAppendTimeMs: timestamp, duplicate: true }
    }
    return this.#place(batch, at, settings, sequenced)
  }

  #place(
    { bytes, count, maxTimestamp }: RecordBatch,
    { leaderEpoch, now }: AppendAt,
    { timestampType }: LogSettings,
    producer?: SequencedBatch,
  ): AppendOutcome {
    const baseOffset = this.#endOffset
    const lastOffset = baseOffset + BigInt(count! - 1)
    const isAppendTime = timestampType === 'LogAppendTime'
    placeBatch(bytes, { baseOffset, leaderEpoch, appendTimestamp: isAppendTime ? now : undefined })
    const timestamp = isAppendTime ? BigInt(now) : maxTimestamp
    this.#epochs.begin(leaderEpoch, baseOffset)
    this.#batches.push({ bytes, baseOffset, lastOffset, maxTimestamp: timestamp, leaderEpoch })
    this.#endOffset = lastOffset + 1n
    if (producer !== undefined)
      this.producers.remember(producer, { ...producer, baseOffset, lastOffset, timestamp })
    return { baseOffset, lastOffset, logAppendTimeMs: isAppendTime ? timestamp : -1n, duplicate: false }
  }

  /** Whole batches from the one that holds `from` on, up to `maxBytes`; views, not to be written to. */
  read(from: bigint, maxBytes: number, limits: ReadLimits): Buffer[] {
    return this.#rules.selectBatches(this.#batches, from, maxBytes, limits)
  }

  batches(): Iterable<StoredBatch> {
    return this.#batches
  }

  /** Where the records of this leader epoch end, or of the last one before it. */
  endOffsetOf(leaderEpoch: number): EpochEnd {
    return this.#epochs.endOf(leaderEpoch, this.#endOffset)
  }

  /** A leader begins, which may write nothing. */
  beginEpoch(leaderEpoch: number): void {
    this.#epochs.begin(leaderEpoch, this.#endOffset)
  }

  /** Forgets what is before this offset, as DeleteRecords wants. */
  deleteBefore(offset: bigint): void {
    if (offset > this.#endOffset) throw new ArgumentError('offset', offset, `at most ${this.#endOffset}`)
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    while (this.#batches.first !== undefined && this.#batches.first.lastOffset < offset) this.#batches.shift()
    this.#epochs.truncateStart(offset)
  }
}
