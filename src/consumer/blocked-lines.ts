import type { Clock, Timer } from '../kernel'
import type { PartitionLine } from './partition-line'

interface BlockedLinesOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  /** It has stood still for `timeoutMs`, and is told again after as long. */
  readonly stalled: (line: PartitionLine, ms: number) => void
}

interface Wait {
  readonly since: number
  /** When it is told. */
  next: number
}

/** Partitions that stand still for want of somebody, and since when. */
export class BlockedLines implements Iterable<PartitionLine> {
  readonly #options: BlockedLinesOptions
  readonly #waits = new Map<PartitionLine, Wait>()
  #timer: Timer | undefined
  #isClosed = false

  constructor(options: BlockedLinesOptions) {
    this.#options = options
  }

  [Symbol.iterator](): Iterator<PartitionLine> {
    return this.#waits.keys()
  }

  add(line: PartitionLine): void {
    if (this.#isClosed || this.#waits.has(line)) return
    this.#waits.set(line, this.#fromNow())
    this.#keepWatch(this.#options.timeoutMs)
  }

  delete(line: PartitionLine): void {
    this.#waits.delete(line)
  }

  /** It stands still no longer than from now on. */
  moved(line: PartitionLine): void {
    if (this.#waits.has(line)) this.#waits.set(line, this.#fromNow())
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#waits.clear()
  }

  #keepWatch(ms: number): void {
    this.#timer ??= this.#options.clock.after(ms, () => {
      this.#timer = undefined
      this.#look(this.#options.clock.monotonic())
    })
  }

  #look(now: number): void {
    const { timeoutMs, stalled } = this.#options
    for (const [line, wait] of [...this.#waits]) {
      if (now < wait.next) continue
      wait.next = now + timeoutMs
      stalled(line, Math.round(now - wait.since))
    }
    if (this.#waits.size === 0) return
    this.#keepWatch(Math.min(...[...this.#waits.values()].map(({ next }) => next)) - now)
  }

  #fromNow(): Wait {
    const since = this.#options.clock.monotonic()
    return { since, next: since + this.#options.timeoutMs }
  }
}
