import type { Clock, Timer } from '../kernel'
import type { PartitionLine } from './partition-line'

interface BlockedLinesOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  /** It has stood still for `timeoutMs`, and is told again after as long. */
  readonly stalled: (line: PartitionLine, ms: number) => void
}

/** Partitions that stand still for want of somebody, and since when. */
export class BlockedLines implements Iterable<PartitionLine> {
  readonly #options: BlockedLinesOptions
  readonly #since = new Map<PartitionLine, number>()
  #timer: Timer | undefined
  #isClosed = false

  constructor(options: BlockedLinesOptions) {
    this.#options = options
  }

  [Symbol.iterator](): Iterator<PartitionLine> {
    return this.#since.keys()
  }

  add(line: PartitionLine): void {
    if (this.#isClosed || this.#since.has(line)) return
    this.#since.set(line, this.#options.clock.monotonic())
    this.#keepWatch(this.#options.timeoutMs)
  }

  delete(line: PartitionLine): void {
    this.#since.delete(line)
  }

  /** It stands still no longer than from now on. */
  moved(line: PartitionLine): void {
    if (this.#since.has(line)) this.#since.set(line, this.#options.clock.monotonic())
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#since.clear()
  }

  #keepWatch(ms: number): void {
    this.#timer ??= this.#options.clock.after(ms, () => {
      this.#timer = undefined
      this.#look(this.#options.clock.monotonic())
    })
  }

  #look(now: number): void {
    const { timeoutMs, stalled } = this.#options
    for (const [line, since] of [...this.#since]) {
      if (now - since < timeoutMs) continue
      this.#since.set(line, now)
      stalled(line, now - since)
    }
    if (this.#since.size > 0) this.#keepWatch(Math.min(...this.#since.values()) + timeoutMs - now)
  }
}
