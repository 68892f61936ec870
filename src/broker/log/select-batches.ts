import type { BatchStore } from './batch-store'

/** What a read wants of a log. */
export interface ReadLimits {
  /** Whether the first batch comes even when it is larger than the limit (KIP-74). */
  readonly minOneBatch: boolean
  /** Only batches that end before this offset: the high watermark, or the last stable offset. */
  readonly upTo: bigint
  /**
   * What is cut off at the limit, as Kafka does to fill its answers: nothing (the default), the `last` batch behind
   * whole ones, or `any`, even a first one that does not fit (Fetch below version 3).
   */
  readonly cut?: 'nothing' | 'last' | 'any' | undefined
}

/**
 * Whole batches, from the one that holds `from` on, up to `maxBytes`. Where compaction has left a gap they begin with
 * the batch behind it.
 */
export function selectBatches(
  batches: BatchStore,
  from: bigint,
  maxBytes: number,
  { minOneBatch, upTo, cut = 'nothing' }: ReadLimits,
): Buffer[] {
  const selected: Buffer[] = []
  let left = maxBytes
  for (let index = batches.indexOf(from); index < batches.length; index++) {
    const { bytes, lastOffset } = batches.at(index)!
    if (lastOffset >= upTo) break
    const isFirst = selected.length === 0
    if (bytes.length > left && !(minOneBatch && isFirst)) {
      if (left > 0 && cut !== 'nothing' && (cut === 'any' || !isFirst)) selected.push(bytes.subarray(0, left))
      break
    }
    selected.push(bytes)
    left -= bytes.length
  }
  return selected
}
