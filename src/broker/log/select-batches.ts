import type { BatchStore } from './batch-store'

/** What a read wants of a log. */
export interface ReadLimits {
  /** Whether the first batch comes even when it is larger than the limit (KIP-74). */
  readonly minOneBatch: boolean
  /** Only batches that end before this offset: the high watermark, or the last stable offset. */
  readonly upTo: bigint
}

/**
 * Whole batches, from the one that holds `from` on, up to `maxBytes`. Where compaction has left a gap they begin with
 * the batch behind it.
 */
export function selectBatches(
  batches: BatchStore,
  from: bigint,
  maxBytes: number,
  { minOneBatch, upTo }: ReadLimits,
): Buffer[] {
  const selected: Buffer[] = []
  let left = maxBytes
  for (let index = batches.indexOf(from); index < batches.length; index++) {
    const { bytes, lastOffset } = batches.at(index)!
    if (lastOffset >= upTo || (bytes.length > left && !(minOneBatch && selected.length === 0))) break
    selected.push(bytes)
    left -= bytes.length
  }
  return selected
}
