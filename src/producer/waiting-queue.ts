import type { KafkaError } from '../kernel'
import type { PatientCalls } from './patient-calls'
import type { ReadyCall, WaitingCall } from './waiting-call'

/**
 * The calls of one topic that wait, in call order: for the topic to be known, and each for its messages. What is
 * ready stays behind what is not.
 */
export class WaitingQueue {
  readonly calls: PatientCalls<WaitingCall>
  /** A call's turn has come. */
  readonly #place: (call: ReadyCall) => void
  /** Whether the topic is known. */
  isOpen = false
  /** Why it is not known. */
  lastFailure: KafkaError | undefined
  #isAdvancing = false

  constructor(calls: PatientCalls<WaitingCall>, place: (call: ReadyCall) => void) {
    this.calls = calls
    this.#place = place
  }

  /** Places calls up to the first that is not ready, also those that come meanwhile. Answers how many. */
  advance(): number {
    if (!this.isOpen || this.#isAdvancing) return 0
    this.#isAdvancing = true
    let placed = 0
    for (const call of this.calls.all) {
      if (!isReady(call)) break
      this.calls.remove(call.delivery)
      this.#place(call)
      placed++
    }
    this.#isAdvancing = false
    return placed
  }
}

function isReady(call: WaitingCall): call is ReadyCall {
  return call.messages !== undefined
}
