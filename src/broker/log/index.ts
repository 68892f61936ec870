import type { CodecLookup, TopicPartition } from '../../kernel'
import { placeBatch, readBatches, type ErrorName, type RecordBatch } from '../../protocol'

export interface LogSettings {
  readonly maxMessageBytes: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  readonly compressionType: string
  readonly cleanupPolicy: { readonly compact: boolean; readonly delete: boolean }
  readonly retentionBytes: number | undefined
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
}
export type LogRules = object
export const defaultLogRules: LogRules = {}
export type AppendOutcome =
  | {
      readonly error?: undefined
      baseOffset: bigint
      lastOffset: bigint
      logAppendTimeMs: bigint
      duplicate: boolean
    }
  | {
      readonly error: ErrorName
      message: string | null
      recordErrors: { batchIndex: number; message: string }[]
    }

/** A first, plain log: it appends and reads. */
export class PartitionLog {
  startOffset = 0n
  endOffset = 0n
  sizeInBytes = 0
  readonly producers = { forget: (): void => undefined }
  readonly #batches: RecordBatch[] = []
  readonly #source: TopicPartition & { codecs: CodecLookup }
  constructor(where: TopicPartition, _settings: () => LogSettings, codecs: CodecLookup, _rules?: LogRules) {
    this.#source = { ...where, codecs }
  }
  get lastStableOffset(): bigint {
    return this.endOffset
  }
  abortedTransactions(): { producerId: bigint; firstOffset: bigint }[] {
    return []
  }
  append(records: Buffer, at: { leaderEpoch: number; now: number; version: number }): AppendOutcome {
    const [batch] = readBatches(records, this.#source)
    if (!batch) return { error: 'INVALID_RECORD', message: null, recordErrors: [] }
    const baseOffset = this.endOffset
    placeBatch(batch.bytes, { baseOffset, leaderEpoch: at.leaderEpoch })
    const [placed] = readBatches(batch.bytes, this.#source)
    this.#batches.push(placed!)
    this.endOffset = placed!.nextOffset
    this.sizeInBytes += batch.bytes.length
    return { baseOffset, lastOffset: placed!.lastOffset, logAppendTimeMs: -1n, duplicate: false }
  }
  read(
    from: bigint,
    maxBytes: number,
    { minOneBatch, upTo }: { minOneBatch: boolean; upTo: bigint },
  ): Buffer[] {
    let room = maxBytes
    const chunks: Buffer[] = []
    for (const batch of this.#batches) {
      if (batch.lastOffset < from || batch.lastOffset >= upTo) continue
      if (batch.sizeInBytes > room && !(minOneBatch && chunks.length === 0)) break
      room -= batch.sizeInBytes
      chunks.push(batch.bytes)
    }
    return chunks
  }
  offsetForTime(time: bigint): { offset: bigint; timestamp: bigint; leaderEpoch: number } | undefined {
    const batch = this.#batches.find(one => one.maxTimestamp >= time)
    return (
      batch && { offset: batch.baseOffset, timestamp: batch.maxTimestamp, leaderEpoch: batch.leaderEpoch }
    )
  }
  maxTimestamp(): { offset: bigint; timestamp: bigint; leaderEpoch: number } | undefined {
    return undefined
  }
  endOffsetOf(leaderEpoch: number): { leaderEpoch: number; endOffset: bigint } {
    return { leaderEpoch, endOffset: this.endOffset }
  }
  epochAt(_offset: bigint): number | undefined {
    return undefined
  }
  batches(): Iterable<RecordBatch> {
    return this.#batches
  }
  beginEpoch(_epoch: number): void {}
  truncateTo(offset: bigint): void {
    this.endOffset = offset
  }
  deleteBefore(offset: bigint): void {
    this.startOffset = offset
  }
}
export function downConvert(bytes: Buffer): Buffer {
  return bytes
}
