import type { Position } from './position'

/** How far a partition is done, in order of delivery. */
export interface Mark extends Position {
  /** Counts deliveries; grows even where a reset makes the offset fall. */
  readonly sequence: number
}

interface Entry {
  readonly position: Position
  /** Of the message that it is; undefined: several, or none. */
  offset: bigint | undefined
  isDone: boolean
}

/**
 * What of one partition is done without a gap. Counts deliveries rather than offsets, since compaction and
 * transaction markers leave gaps between offsets that nobody will ever ack.
 */
export class AckTracker {
  /** Deliveries after the part that is done without a gap; the first one is not done. */
  readonly #waiting: Entry[] = []
  /** How many at the front of them are done and not taken out yet: taking out one by one would move all behind it. */
  #passed = 0
  #first = 1
  #done: Mark | undefined
  /** The first delivery that was not forgotten. */
  #since = 1

  /** Whether reading has gone on elsewhere since this delivery. */
  hasForgotten(sequence: number): boolean {
    return sequence < this.#since
  }

  /** The end of the part that is done without a gap; undefined before the first. */
  get done(): Mark | undefined {
    return this.#done
  }

  /**
   * Something was delivered, up to this position. Answers its sequence, to be acked by.
   *
   * @param offset of the message, if it was one
   */
  add(position: Position, offset?: bigint): number {
    return this.#first + this.#waiting.push({ position, offset, isDone: false }) - 1 - this.#passed
  }

  /** Whether this delivery is one that is not passed or forgotten. */
  awaits(sequence: number): boolean {
    return sequence >= this.#first
  }

  /** How many deliveries are not done, or done with a gap before them. */
  get open(): number {
    return this.#waiting.length - this.#passed
  }

  /** What lies before this position is nobody's business here. */
  begin(position: Position): void {
    this.#done ??= { ...position, sequence: this.#first - 1 }
  }

  /** Offsets of messages that are done beyond the first that is not, in order of delivery. */
  get ahead(): readonly bigint[] {
    return this.#waiting
      .slice(this.#passed)
      .flatMap(({ isDone, offset }) => (isDone && offset !== undefined ? [offset] : []))
  }

  /** What lies before this position needs nobody: it holds no messages. */
  skip(position: Position): void {
    this.ack(this.add(position))
  }

  /** Reading goes on elsewhere, or in another log: nobody waits for what was delivered, nor does it count as done. */
  forget(): void {
    this.#done = undefined
    this.#first += this.open
    this.#since = this.#first
    this.#waiting.length = this.#passed = 0
  }

  /** The log was cut there: other messages may take the offsets behind it, and those are not done. */
  cutAt(offset: bigint): void {
    for (const entry of this.#waiting)
      if (entry.offset !== undefined && entry.offset >= offset) entry.offset = undefined
  }

  /** Says whether the part that is done without a gap has grown. What is done already changes nothing. */
  ack(sequence: number): boolean {
    if (sequence < this.#first) return false
    const entry = this.#waiting[this.#passed + sequence - this.#first]
    if (entry === undefined) return false
    entry.isDone = true
    const before = this.#passed
    while (this.#waiting[this.#passed]?.isDone) this.#passed++
    if (this.#passed === before) return false
    const { offset, leaderEpoch } = this.#waiting[this.#passed - 1]!.position
    this.#first += this.#passed - before
    this.#done = { offset, leaderEpoch, sequence: this.#first - 1 }
    if (this.#passed * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#passed)
      this.#passed = 0
    }
    return true
  }
}
