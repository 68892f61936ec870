import type { KafkaError } from '../kernel'
import { runCall, type Call, type CallPlan } from './call'

/** The calls of one client that are under way: refused, waited for or ended when the client closes. */
export class Calls {
  readonly #live = new Set<Call>()
  #refusal: KafkaError | undefined
  #idle: (() => void) | undefined

  /** Runs `work` as one call of this client. */
  async run<T>(plan: CallPlan, work: (call: Call) => Promise<T>): Promise<T> {
    if (this.#refusal) throw this.#refusal
    return runCall(plan, async call => {
      this.#live.add(call)
      try {
        return await work(call)
      } finally {
        this.#live.delete(call)
        if (this.#live.size === 0) this.#idle?.()
      }
    })
  }

  /** From now on every call fails with this error; those under way go on. */
  refuse(error: KafkaError): void {
    this.#refusal = error
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve()
    return new Promise(resolve => (this.#idle = resolve))
  }

  /** Ends those under way with this error, but for what was sent: that knows better what became of it. */
  end(error: KafkaError): void {
    for (const call of [...this.#live]) call.end(error)
  }
}
