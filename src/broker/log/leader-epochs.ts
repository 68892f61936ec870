/** From which offset on a leader wrote. */
export interface LeaderEpoch {
  readonly epoch: number
  readonly startOffset: bigint
}

/** Where a leader's records end, as OffsetForLeaderEpoch answers it; both are -1 when it is not known. */
export interface EpochEnd {
  readonly leaderEpoch: number
  readonly endOffset: bigint
}

const unknown: EpochEnd = { leaderEpoch: -1, endOffset: -1n }

/** Which leader wrote what of a log (KIP-101): epochs and start offsets that only grow. */
export class LeaderEpochs {
  #entries: LeaderEpoch[] = []

  /** The leader of the last record, or the one that has begun since. */
  get latest(): LeaderEpoch | undefined {
    return this.#entries.at(-1)
  }

  /** A leader begins to write at this offset; epochs that came to nothing before it go. */
  begin(epoch: number, startOffset: bigint): void {
    if (epoch < 0 || this.latest?.epoch === epoch) return
    this.#entries = this.#entries.filter(entry => entry.epoch < epoch && entry.startOffset < startOffset)
    this.#entries.push({ epoch, startOffset })
  }

  /** The epoch that wrote this offset; undefined when it is not known. */
  epochAt(offset: bigint): number | undefined {
    return this.#entries.findLast(entry => entry.startOffset <= offset)?.epoch
  }

  /** The last epoch not after the one asked for, and where its records end. */
  endOf(epoch: number, logEndOffset: bigint): EpochEnd {
    if (epoch < 0) return unknown
    if (epoch === this.latest?.epoch) return { leaderEpoch: epoch, endOffset: logEndOffset }
    const above = this.#entries.findIndex(entry => entry.epoch > epoch)
    if (above < 0) return unknown
    const endOffset = this.#entries[above]!.startOffset
    return { leaderEpoch: this.#entries[above - 1]?.epoch ?? epoch, endOffset }
  }

  /** The log ends here now. */
  truncateEnd(endOffset: bigint): void {
    this.#entries = this.#entries.filter(entry => entry.startOffset < endOffset)
  }

  /** The log begins here now. */
  truncateStart(startOffset: bigint): void {
    const first = this.#entries.findLastIndex(entry => entry.startOffset <= startOffset)
    if (first < 0) return
    const { epoch } = this.#entries[first]!
    this.#entries = [{ epoch, startOffset }, ...this.#entries.slice(first + 1)]
  }
}
