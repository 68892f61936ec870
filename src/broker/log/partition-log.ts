import { ArgumentError, type CodecLookup, type TopicPartition } from '../../kernel'
import { controlMessage, encodeBatch, placeBatch } from '../../protocol'
import type { LogSource } from './append-context'
import type { AppendOutcome } from './append-outcome'
import { readBatchHeader } from './batch-header'
import { BatchStore } from './batch-store'
import { checkMarker } from './check-marker'
import { downConvert } from './convert-down'
import { findNewest, findTime, type TimedOffset } from './find-time'
import { LeaderEpochs, type EpochEnd } from './leader-epochs'
import type { TransactionMarker } from './producer-state'
import { ProducerStates } from './producer-states'
import { refuse, type Refusal } from './refusal'
import { restoreProducers } from './restore-producers'
import { defaultLogRules, type LogRules } from './rules'
import type { ReadLimits } from './select-batches'
import type { LogSettings } from './settings'
import type { StoredBatch } from './stored-batch'
import type { AbortedTransaction } from './transaction-index'

/** What one batch may grow to when it is decompressed: a sound one of the largest size stays far below. */
const maxDecompressedBytes = 256 * 1024 * 1024

/** `index.interval.bytes` */
const indexIntervalBytes = 4096

/** When and by whom something is appended. */
export interface AppendAt {
  readonly leaderEpoch: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The log of one partition, in memory. All replicas share it. Reads give views of its batches, which nobody may write
 * to; what is appended belongs to the log.
 */
export class PartitionLog {
  /** What it knows of those who write to it. */
  readonly producers = new ProducerStates()
  readonly #source: LogSource
  readonly #settings: () => LogSettings
  readonly #rules: LogRules
  readonly #batches = new BatchStore()
  readonly #epochs = new LeaderEpochs()
  #startOffset = 0n
  #endOffset = 0n

  /** @param settings asked at each use, so that a change of the topic's configuration holds at once */
  constructor(
    { topic, partition }: TopicPartition,
    settings: () => LogSettings,
    codecs: CodecLookup,
    rules: LogRules = defaultLogRules,
  ) {
    this.#source = { topic, partition, codecs, maxDecompressedBytes }
    this.#settings = settings
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

  /**
   * What `read_committed` may read up to: where the first transaction begins whose end is not below the high watermark,
   * or the high watermark itself. Never before the start of the log.
   */
  lastStableOffset(highWatermark: bigint): bigint {
    const first = this.producers.transactions.firstUnstable(highWatermark)
    if (first === undefined || first >= highWatermark) return highWatermark
    return first < this.#startOffset ? this.#startOffset : first
  }

  /** Bytes of all batches. */
  get sizeInBytes(): number {
    return this.#batches.sizeInBytes
  }

  /** Appends what a Produce request of this version has for the partition, or says why not. */
  append(records: Buffer, at: AppendAt & { readonly version: number }): AppendOutcome {
    const settings = this.#settings()
    const { topic, partition, codecs } = this.#source
    const { now, version } = at
    const context = { topic, partition, codecs, maxDecompressedBytes, settings, now, version }
    const checked = this.#rules.checkBatch(records, context)
    if ('error' in checked) return this.#refused(checked)
    if (checked.bytes.length === 0) return this.#appended(-1n, -1n)
    const outcome = this.#appendInSequence(checked.bytes, at, settings)
    this.retain()
    return outcome
  }

  #appendInSequence(bytes: Buffer, at: AppendAt, settings: LogSettings): AppendOutcome {
    const header = readBatchHeader(bytes)
    if (header.producerId < 0n) return this.#place(bytes, at, settings)
    const { producerId } = header
    const verification = this.producers.verificationOf(producerId)
    const verdict = this.#rules.checkSequence(this.producers.get(producerId), header, verification)
    if (verdict.kind === 'refused') return this.#refused(refuse(verdict.error, verdict.reason))
    if (verdict.kind === 'duplicate') {
      const { baseOffset, lastOffset, timestamp } = verdict.of
      return this.#appended(baseOffset, lastOffset, timestamp, true)
    }
    const outcome = this.#place(bytes, at, settings)
    this.producers.remember(header, this.#batches.last!)
    return outcome
  }

  #place(bytes: Buffer, { leaderEpoch, now }: AppendAt, { timestampType }: LogSettings): AppendOutcome {
    const baseOffset = this.#endOffset
    const appendTimestamp = timestampType === 'LogAppendTime' ? now : undefined
    placeBatch(bytes, { baseOffset, leaderEpoch, appendTimestamp })
    const { lastOffsetDelta, maxTimestamp } = readBatchHeader(bytes)
    const lastOffset = baseOffset + BigInt(lastOffsetDelta)
    this.#epochs.begin(leaderEpoch, baseOffset)
    this.#batches.push({ bytes, baseOffset, lastOffset, maxTimestamp, leaderEpoch })
    this.#endOffset = lastOffset + 1n
    return this.#appended(baseOffset, lastOffset, appendTimestamp === undefined ? -1n : maxTimestamp)
  }

  #appended(baseOffset: bigint, lastOffset: bigint, logAppendTimeMs = -1n, duplicate = false): AppendOutcome {
    return { baseOffset, lastOffset, logAppendTimeMs, logStartOffset: this.#startOffset, duplicate }
  }

  #refused(refusal: Refusal): AppendOutcome {
    return { ...refusal, logStartOffset: refusal.beforeLog ? -1n : this.#startOffset }
  }

  /** Appends the end of a transaction. */
  appendControl(marker: TransactionMarker, at: AppendAt): AppendOutcome {
    const { type, producerId, producerEpoch, coordinatorEpoch } = marker
    const refusal = checkMarker(this.producers.get(producerId), marker)
    if (refusal !== undefined) return this.#refused(refusal)
    const how = { timestamp: at.now, control: true, transactional: true, producerId, producerEpoch }
    const bytes = encodeBatch([controlMessage(type, coordinatorEpoch)], how)
    const outcome = this.#place(bytes, at, this.#settings())
    this.producers.endTransaction(marker, this.#batches.last!)
    return outcome
  }

  /** Whole batches from the one that holds `from` on, up to `maxBytes`. */
  read(from: bigint, maxBytes: number, limits: ReadLimits): Buffer[] {
    return this.#rules.selectBatches(this.#batches, from, maxBytes, limits)
  }

  /** Bytes of the whole batches from the one that holds `from` on, as far as they end before `upTo`; takes no reading. */
  bytesBetween(from: bigint, upTo: bigint): number {
    return this.#batches.bytesBetween(this.#batches.indexOf(from), this.#batches.indexOf(upTo))
  }

  /** Batches that were read from this offset on, as message sets of an old format: see `downConvert`. */
  downConvert(batches: readonly Buffer[], magic: 0 | 1, from: bigint): Buffer[] | Refusal {
    return downConvert(batches, magic, { ...this.#source, from })
  }

  /**
   * What `read_committed` has to leave out of so many bytes that were read from here on. As in Kafka, whose index of
   * offsets is coarse, what begins a little behind them is told too.
   */
  abortedTransactions(from: bigint, bytes: number): readonly AbortedTransaction[] {
    let left = bytes + indexIntervalBytes
    let index = this.#batches.indexOf(from)
    while (left > 0 && index < this.#batches.length) left -= this.#batches.at(index++)!.bytes.length
    const to = this.#batches.at(index)?.baseOffset ?? this.#endOffset
    return bytes === 0 ? [] : this.producers.transactions.abortedBetween(from, to)
  }

  batches(): Iterable<StoredBatch> {
    return this.#batches
  }

  /** The first record, not batch, with this time in milliseconds since the epoch or a later one. */
  offsetForTime(timestamp: bigint): TimedOffset | undefined {
    return findTime(this.#batches, timestamp, this.#startOffset, this.#source)
  }

  /** The first record with the newest time. */
  maxTimestamp(): TimedOffset | undefined {
    return findNewest(this.#batches, this.#source)
  }

  /** The epoch that wrote this offset, or would if it is the end; undefined when nobody knows. */
  epochAt(offset: bigint): number | undefined {
    return this.#epochs.epochAt(offset)
  }

  /** The last leader epoch not after this one, and where its records end; -1 and -1n when it is not known. */
  endOffsetOf(leaderEpoch: number): EpochEnd {
    return this.#epochs.endOf(leaderEpoch, this.#endOffset)
  }

  /** A leader begins, which may write nothing. */
  beginEpoch(leaderEpoch: number): void {
    this.#epochs.begin(leaderEpoch, this.#endOffset)
  }

  /** Loses all from this offset on, as a replica that has to follow another one; a batch is lost as a whole. */
  truncateTo(offset: bigint): void {
    if (offset >= this.#endOffset) return
    while (this.#batches.last !== undefined && this.#batches.last.lastOffset >= offset) this.#batches.pop()
    this.#endOffset = offset
    if (offset < this.#startOffset) this.#startOffset = offset
    this.#epochs.truncateEnd(offset)
    restoreProducers(this.producers, this.#batches, offset, this.#source)
  }

  /**
   * Moves the start forward to this offset, as DeleteRecords wants, and lets go of the batches that end before it.
   * Throws an ArgumentError for an offset behind the end.
   */
  deleteBefore(offset: bigint): void {
    if (offset > this.#endOffset) throw new ArgumentError('offset', offset, `at most ${this.#endOffset}`)
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    while (this.#batches.first !== undefined && this.#batches.first.lastOffset < offset) this.#batches.shift()
    this.#epochs.truncateStart(offset)
    this.producers.transactions.truncateStart(offset)
  }

  /** Lets go of the oldest batch, if there is one, and says how many bytes that freed. */
  dropOldest(): number {
    const { first } = this.#batches
    if (first === undefined) return 0
    this.deleteBefore(this.#batches.at(1)?.baseOffset ?? this.#endOffset)
    return first.bytes.length
  }

  /** Lets go of the oldest batches while `retention.bytes` are kept without them. */
  retain(): void {
    const { retentionBytes, cleanupPolicy } = this.#settings()
    if (retentionBytes === undefined || !cleanupPolicy.delete) return
    while (this.#batches.first && this.sizeInBytes - this.#batches.first.bytes.length >= retentionBytes)
      this.dropOldest()
  }

  /** Takes out batches as compaction does: what is left keeps its offsets. */
  compact(keep: (batch: StoredBatch) => boolean): void {
    this.#batches.filter(keep)
  }
}
