import { ProtocolError } from '../kernel'
import type { Pending } from './pending'

interface Entry {
  readonly pending: Pending
  readonly correlationId: number
  readonly timeoutMs: number
  /** On the monotonic clock. */
  deadline: number
}

/**
 * What was written and is not finished: requests whose answers come in this order, and those without an answer
 * whose bytes are still on their way out.
 */
export class InFlight {
  #answered: Entry[] = []
  readonly #unanswered = new Map<Pending, Entry>()

  get size(): number {
    return this.#answered.length + this.#unanswered.size
  }

  get isWaitedFor(): boolean {
    return this.#all().some(({ pending }) => !pending.isSettled)
  }

  /** Answers when its time is over. */
  add(pending: Pending, correlationId: number, timeoutMs: number, now: number): number {
    const entry = { pending, correlationId, timeoutMs, deadline: now + timeoutMs }
    if (pending.noResponse) this.#unanswered.set(pending, entry)
    else this.#answered.push(entry)
    return entry.deadline
  }

  /**
   * The request that this answer is for. It stays in the table until `answered`, so that it is still there to
   * fail when its answer cannot be read.
   */
  match(correlationId: number, where: string): Pending {
    const [head, next] = this.#answered
    if (head?.correlationId === correlationId) return head.pending
    if (head?.pending.skipped && next?.correlationId === correlationId) {
      this.#answered.shift()
      head.pending.skipped()
      return next.pending
    }
    const expected =
      head === undefined ? 'nothing was asked' : `${head.correlationId} (${head.pending.label}) is next`
    throw new ProtocolError(where, 'correlationId', 0, `answer to request ${correlationId} where ${expected}`)
  }

  /** The oldest request has its answer. */
  answered(): void {
    this.#answered.shift()
  }

  /** The bytes of these have left; answers which of them were still in the table. */
  flushed(pendings: readonly Pending[]): readonly Pending[] {
    return pendings.filter(pending => this.#unanswered.delete(pending))
  }

  /** The time of the earliest deadline, Infinity when nothing is in flight. */
  get nextDeadline(): number {
    let earliest = Infinity
    for (const { deadline } of this.#all()) if (deadline < earliest) earliest = deadline
    return earliest
  }

  /** Those whose time is over, oldest first. */
  expired(now: number): readonly { readonly pending: Pending; readonly timeoutMs: number }[] {
    return this.#all().filter(({ deadline }) => deadline <= now)
  }

  /** Time that does not count, since the broker is not reading (KIP-219). */
  postpone(ms: number): void {
    for (const entry of this.#all()) entry.deadline += ms
  }

  /** Empties the table. */
  takeAll(): readonly Pending[] {
    const all = this.#all().map(({ pending }) => pending)
    this.#answered = []
    this.#unanswered.clear()
    return all
  }

  #all(): readonly Entry[] {
    return this.#unanswered.size === 0 ? this.#answered : [...this.#answered, ...this.#unanswered.values()]
  }
}
