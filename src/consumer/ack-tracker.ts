import type { Position } from './position'

/** How far a partition is done, in order of delivery. */
export interface Mark extends Position {
  /** Counts deliveries; grows even where a reset makes the offset fall. */
  readonly sequence: number
}

interface Entry {
  readonly position: Position
  /** Of the message that it is; undefined: several, or none. */
  readonly offset: bigint | undefined
  isDone: boolean
}

/**
 * What of one partition is done without a gap. Counts deliveries rather than offsets, since compaction and
 * transaction markers leave gaps between offsets that nobody will ever ack.
 */
export class AckTracker {
  /** Deliveries after the part that is done without a gap; the first one is not done. */
  readonly #waiting: Entry[] = []
  #first = 1
  #done: Mark | undefined

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
    return this.#first + this.#waiting.push({ position, offset, isDone: false }) - 1
  }

  /** How many deliveries are not done, or done with a gap before them. */
  get open(): number {
    return this.#waiting.length
  }

  /** What lies before this position is nobody's business here. */
  begin(position: Position): void {
    this.#done ??= { ...position, sequence: this.#first - 1 }
  }

  /** Offsets of messages that are done beyond the first that is not, in order of delivery. */
  get ahead(): readonly bigint[] {
    return this.#waiting.flatMap(({ isDone, offset }) => (isDone && offset !== undefined ? [offset] : []))
  }

  /** What lies before this position needs nobody: it holds no messages. */
  skip(position: Position): void {
    this.ack(this.add(position))
  }

  /** Reading goes on elsewhere, or in another log: nobody waits for what was delivered, nor does it count as done. */
  forget(): void {
    this.#done = undefined
    this.#first += this.#waiting.length
    this.#waiting.length = 0
  }

  /** Says whether the part that is done without a gap has grown. What is done already changes nothing. */
  ack(sequence: number): boolean {
    const entry = this.#waiting[sequence - this.#first]
    if (entry === undefined) return false
    entry.isDone = true
    let count = 0
    while (this.#waiting[count]?.isDone) count++
    if (count === 0) return false
    const last = this.#waiting[count - 1]!
    this.#waiting.splice(0, count)
    this.#first += count
    this.#done = { ...last.position, sequence: this.#first - 1 }
    return true
  }
}
