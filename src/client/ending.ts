import type { Clock, KafkaError } from '../kernel'
import type { Calls } from './calls'

/** What must end before the client does: producers and consumers made with it. */
export interface Dependent {
  close(options: { readonly timeoutMs: number }): PromiseLike<unknown>
  stop(): PromiseLike<unknown>
}

interface EndingContext {
  readonly clock: Clock
  readonly dependents: ReadonlySet<Dependent>
  readonly calls: Calls
  /** What calls fail with from then on. */
  readonly error: KafkaError
  /** Ends every connection. */
  readonly disconnect: () => void
}

/** How a client ends: its producers and consumers first, then the calls under way, then the connections. */
export class Ending {
  readonly #context: EndingContext
  #isLate = false
  #late: (() => void) | undefined

  constructor(context: EndingContext) {
    this.#context = context
  }

  /** Waits no longer for what is still under way, whether or not the ending has begun. */
  hasten(): void {
    this.#isLate = true
    this.#late?.()
  }

  /** @param timeoutMs how long all of it may take before it is hastened */
  async begin(timeoutMs: number): Promise<void> {
    const { clock, calls, error, disconnect } = this.#context
    const late = new Promise<void>(resolve => (this.#late = resolve))
    const timer = clock.after(timeoutMs, () => this.hasten())
    if (this.#context.dependents.size > 0) await this.#endDependents(timeoutMs, late)
    calls.refuse(error)
    if (!this.#isLate) await Promise.race([calls.idle(), late])
    timer.cancel()
    disconnect()
    calls.end(error)
  }

  /** They need the client to end in good order, so calls are taken until they have. */
  async #endDependents(timeoutMs: number, late: Promise<void>): Promise<void> {
    const { dependents } = this.#context
    const closed = this.#isLate ? undefined : all(dependents, dependent => dependent.close({ timeoutMs }))
    await Promise.race([closed, late])
    if (this.#isLate) await all(dependents, dependent => dependent.stop())
  }
}

/** Their own failures are theirs to tell. */
function all(
  dependents: ReadonlySet<Dependent>,
  end: (dependent: Dependent) => PromiseLike<unknown>,
): Promise<unknown> {
  return Promise.allSettled([...dependents].map(async dependent => end(dependent)))
}
