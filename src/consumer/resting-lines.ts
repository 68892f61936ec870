import type { Clock, Timer } from '../kernel'
import type { PartitionLine } from './partition-line'

/** Partitions of which nothing is delivered for a while. */
export class RestingLines {
  readonly #clock: Clock
  readonly #over: (line: PartitionLine) => void
  readonly #timers = new Map<PartitionLine, Timer>()

  constructor(clock: Clock, over: (line: PartitionLine) => void) {
    this.#clock = clock
    this.#over = over
  }

  /** It rests so long from now on, in ms. */
  add(line: PartitionLine, ms: number): void {
    this.delete(line)
    line.isResting = true
    const timer = this.#clock.after(ms, () => {
      this.delete(line)
      this.#over(line)
    })
    this.#timers.set(line, timer)
  }

  delete(line: PartitionLine): void {
    line.isResting = false
    this.#timers.get(line)?.cancel()
    this.#timers.delete(line)
  }

  close(): void {
    for (const line of [...this.#timers.keys()]) this.delete(line)
  }
}
