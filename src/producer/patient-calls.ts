import type { Clock, Timer } from '../kernel'
import type { Delivery } from '../deferred'
import type { WaitingCall } from './waiting-call'

interface PatientCallsContext {
  readonly clock: Clock
  /** Ms that a call may wait, from when it was made. */
  readonly patienceMs: number
  /** Its time is over. It has to be taken out. */
  readonly tooLate: (call: WaitingCall) => void
}

/** Calls that wait for one thing, in call order, each as long as it may: with one timer, for the first of them. */
export class PatientCalls<Call extends WaitingCall> {
  readonly #context: PatientCallsContext
  readonly #calls = new Map<Delivery<unknown>, Call>()
  #timer: Timer | undefined

  constructor(context: PatientCallsContext) {
    this.#context = context
  }

  get isEmpty(): boolean {
    return this.#calls.size === 0
  }

  /** Also those that are added while they are gone through; each may be taken out. */
  get all(): Iterable<Call> {
    return this.#calls.values()
  }

  add(call: Call): void {
    this.#calls.set(call.delivery, call)
    this.#watch()
  }

  get(delivery: Delivery<unknown>): Call | undefined {
    return this.#calls.get(delivery)
  }

  remove(delivery: Delivery<unknown>): void {
    this.#calls.delete(delivery)
    if (this.isEmpty) this.#rest()
  }

  /** Takes all out. */
  empty(): readonly Call[] {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    this.#rest()
    return calls
  }

  /** A timer that is there may ring early, for a call that is gone: then it is set again. */
  #watch(): void {
    if (this.#timer) return
    const { clock, patienceMs } = this.#context
    for (const { at } of this.#calls.values()) {
      this.#timer = clock.after(Math.max(0, at + patienceMs - clock.monotonic()), () => this.#ring())
      return
    }
  }

  #ring(): void {
    const { clock, patienceMs, tooLate } = this.#context
    this.#timer = undefined
    for (const call of this.#calls.values()) {
      if (clock.monotonic() < call.at + patienceMs) break
      tooLate(call)
    }
    this.#watch()
  }

  #rest(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
