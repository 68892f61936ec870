import type { Clock, Timer } from '../kernel'
import type { Emit } from './event'
import { explain } from './explain'
import type { PartitionLine } from './partition-line'

/** How often partitions are looked at, in ms. */
const lookEveryMs = 10_000
/** A partition may stand still for so long, in ms; then it is told, and again after as long. */
const stallMs = 60_000

interface Seen {
  readonly reached: bigint | undefined
  readonly since: number
}

/** Tells of partitions that have messages and do not move, and why. */
export class Watchdog {
  readonly #clock: Clock
  readonly #emit: Emit
  readonly #lines: Iterable<PartitionLine>
  readonly #seen = new Map<PartitionLine, Seen>()
  #timer: Timer

  constructor(clock: Clock, lines: Iterable<PartitionLine>, emit: Emit) {
    this.#clock = clock
    this.#lines = lines
    this.#emit = emit
    this.#timer = this.#later()
  }

  stop(): void {
    this.#timer.cancel()
  }

  #later(): Timer {
    return this.#clock.after(lookEveryMs, () => {
      this.#timer = this.#later()
      const now = this.#clock.monotonic()
      const lines = new Set(this.#lines)
      for (const line of this.#seen.keys()) if (!lines.has(line)) this.#seen.delete(line)
      for (const line of lines) this.#look(line, now)
    })
  }

  #look(line: PartitionLine, now: number): void {
    const { reached, lag = 0n } = line
    const seen = this.#seen.get(line)
    if (!seen || seen.reached !== reached || lag === 0n || line.isPaused) {
      this.#seen.set(line, { reached, since: now })
      return
    }
    const ms = Math.round(now - seen.since)
    if (ms < stallMs) return
    this.#seen.set(line, { reached, since: now })
    const { state, reason } = explain(line, now)
    this.#emit({ type: 'stalled', at: line.at, lag, ms, state, reason })
  }
}
