import { toBigInt, type Int64Input } from '../kernel'
import type { RecordBatch } from '../protocol'

/** A transaction that was aborted, as a Fetch answer lists it. */
interface AbortedTransaction {
  readonly producerId: Int64Input
  readonly firstOffset: Int64Input
}

/**
 * Which batches of one answer belong to aborted transactions (KIP-98). To be asked for every batch of it in log
 * order: a producer counts as aborted from the listed offset up to its abort marker.
 */
export class AbortedTransactions {
  readonly #ahead: { producerId: bigint; firstOffset: bigint }[]
  readonly #aborted = new Set<bigint>()

  constructor(listed: readonly AbortedTransaction[]) {
    this.#ahead = listed
      .map(one => ({ producerId: toBigInt(one.producerId), firstOffset: toBigInt(one.firstOffset) }))
      .sort((a, b) => Number(a.firstOffset - b.firstOffset))
  }

  /** Whether the batch's messages must not be seen. Control batches are not messages anyway. */
  has(batch: RecordBatch): boolean {
    if (this.#ahead.length === 0 && this.#aborted.size === 0) return false
    const { lastOffset } = batch
    while (this.#ahead.length > 0 && this.#ahead[0]!.firstOffset <= lastOffset)
      this.#aborted.add(this.#ahead.shift()!.producerId)
    if (batch.isControl) {
      if (batch.control()?.controlType === 'abort') this.#aborted.delete(batch.producerId)
      return false
    }
    return batch.isTransactional && this.#aborted.has(batch.producerId)
  }
}
