import type { SendCall } from './send-call'

/**
 * Who waits for calls to end. To listen to their deliveries instead would make failures count as heard that nobody
 * has heard.
 */
export class Flushes {
  readonly #waiting = new Map<Set<SendCall>, () => void>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Resolves when all of these have ended. */
  until(calls: Iterable<SendCall>): Promise<void> {
    const left = new Set(calls)
    if (left.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#waiting.set(left, resolve))
  }

  ended(call: SendCall): void {
    for (const [left, tell] of this.#waiting) {
      if (!left.delete(call) || left.size > 0) continue
      this.#waiting.delete(left)
      tell()
    }
  }
}
