import type { Clock } from '../kernel'
import type { PartitionLine } from './partition-line'

/** Whoever waits until nothing of something is in hand any more. */
export class Drains {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when nothing is left, or after `timeoutMs`, with how much still is. */
  wait(left: () => number, timeoutMs: number): Promise<number> {
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

/** Batches that are not acked. */
export function inHandOf(lines: Iterable<Pick<PartitionLine, 'inHand'>>): number {
  let batches = 0
  for (const { inHand } of lines) batches += inHand.size
  return batches
}
