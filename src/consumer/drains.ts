import type { Clock } from '../kernel'
import type { PartitionLine } from './partition-line'

/** Whoever waits until nothing of some partitions is in hand any more. */
export class Drains {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when nothing is in hand, or after `timeoutMs`, with the batches that still are. */
  wait(lines: readonly PartitionLine[], timeoutMs: number): Promise<number> {
    const left = () => lines.reduce((sum, { inHand }) => sum + inHand.size, 0)
    if (left() === 0) return Promise.resolve(0)
    return new Promise(resolve => {
      const end = (): void => {
        this.#waiting.delete(look)
        timer.cancel()
        resolve(left())
      }
      const look = (): void => {
        if (left() === 0) end()
      }
      const timer = this.#clock.after(timeoutMs, end)
      this.#waiting.add(look)
    })
  }

  /** Something was acked, or is in nobody's hand any more. */
  look(): void {
    for (const look of this.#waiting) look()
  }
}
