import type { ProducerState } from './producer-state'

/** A transaction that was given up: its records are not for `read_committed`. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/** Such a one, and where its end is. */
interface Aborted extends AbortedTransaction {
  readonly lastOffset: bigint
}

interface Unstable {
  readonly producerId: bigint
  readonly firstOffset: bigint
  /** Offset of its end; undefined while it goes on. */
  lastOffset: bigint | undefined
}

/** Where the transactions of a log are: those that go on, and those that were given up. */
export class TransactionIndex {
  /** In the order of their first offsets. */
  #unstable: Unstable[] = []
  /** In the order of their ends. */
  #aborted: Aborted[] = []

  begin(producerId: bigint, firstOffset: bigint): void {
    this.#unstable.push({ producerId, firstOffset, lastOffset: undefined })
  }

  end(type: 'commit' | 'abort', producerId: bigint, lastOffset: bigint): void {
    const open = this.#unstable.find(one => one.producerId === producerId && one.lastOffset === undefined)
    if (open === undefined) return
    open.lastOffset = lastOffset
    if (type === 'abort') this.#aborted.push({ producerId, firstOffset: open.firstOffset, lastOffset })
  }

  /**
   * Where the first transaction begins of which consumers may not see the end; undefined without one. The high
   * watermark never goes back behind what was asked for.
   */
  firstUnstable(highWatermark: bigint): bigint | undefined {
    const [first] = this.#unstable
    if (first === undefined) return undefined
    if (first.lastOffset === undefined || first.lastOffset >= highWatermark) return first.firstOffset
    this.#unstable = this.#unstable.filter(
      ({ lastOffset }) => lastOffset === undefined || lastOffset >= highWatermark,
    )
    return this.firstUnstable(highWatermark)
  }

  /** Those given up that touch offsets from `from` to `to`, which is not among them. */
  abortedBetween(from: bigint, to: bigint): readonly AbortedTransaction[] {
    return this.#aborted
      .filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to)
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }

  /** The log begins here now. */
  truncateStart(startOffset: bigint): void {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= startOffset)
  }

  /** The log ends here now, and producers are known as what is left of it says: an end may be lost. */
  truncateEnd(endOffset: bigint, producers: Iterable<ProducerState>): void {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset < endOffset)
    this.#unstable = [...producers]
      .flatMap(({ producerId, transactionStart }) =>
        transactionStart === undefined
          ? []
          : [{ producerId, firstOffset: transactionStart, lastOffset: undefined }],
      )
      .sort((a, b) => Number(a.firstOffset - b.firstOffset))
  }
}
