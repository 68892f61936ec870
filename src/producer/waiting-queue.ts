import type { Clock, Message, Timer } from '../kernel'
import type { Delivery } from '../deferred'
import type { Era } from './flushes'
import type { Receipt } from './receipt'

/** A call that has no partition yet. */
export interface WaitingCall {
  readonly delivery: Delivery<Receipt>
  /** Undefined while a serializer is at them. */
  messages: readonly Message[] | undefined
  /** Asked for by the caller; undefined: the partitioner chooses. */
  readonly partition: number | undefined
  /** What it counts for in `maxBufferedBytes`. */
  bytes: number
  /** Monotonic ms of the call. */
  readonly at: number
  readonly era: Era
}

/** A call whose messages are there. */
export type ReadyCall = WaitingCall & { readonly messages: readonly Message[] }

interface WaitingQueueContext {
  readonly clock: Clock
  /** Ms that a serializer may take. */
  readonly maxBlockMs: number
  /** Its turn has come. */
  readonly place: (call: ReadyCall) => void
  /** Its turn has come long ago, and its messages are not there. */
  readonly tooLate: (call: WaitingCall) => void
}

/**
 * The calls of one topic that wait, in call order: for the topic to be known, and each for its messages. What is
 * ready stays behind what is not.
 */
export class WaitingQueue {
  readonly #context: WaitingQueueContext
  readonly #calls = new Map<Delivery<unknown>, WaitingCall>()
  /** Whether the topic is known. */
  isOpen = false
  #isAdvancing = false
  #timer: Timer | undefined

  constructor(context: WaitingQueueContext) {
    this.#context = context
  }

  get isEmpty(): boolean {
    return this.#calls.size === 0
  }

  add(call: WaitingCall): void {
    this.#calls.set(call.delivery, call)
  }

  get(delivery: Delivery<unknown>): WaitingCall | undefined {
    return this.#calls.get(delivery)
  }

  remove(delivery: Delivery<unknown>): void {
    this.#calls.delete(delivery)
  }

  /** Takes all out. */
  empty(): readonly WaitingCall[] {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    this.#timer?.cancel()
    return calls
  }

  /** Places calls up to the first that is not ready, also those that come meanwhile. Answers how many. */
  advance(): number {
    if (!this.isOpen || this.#isAdvancing) return 0
    this.#isAdvancing = true
    this.#timer?.cancel()
    this.#timer = undefined
    let placed = 0
    for (const call of this.#calls.values()) {
      if (!isReady(call)) {
        this.#watch(call)
        break
      }
      this.#calls.delete(call.delivery)
      this.#context.place(call)
      placed++
    }
    this.#isAdvancing = false
    return placed
  }

  #watch(call: WaitingCall): void {
    const { clock, maxBlockMs, tooLate } = this.#context
    const leftMs = Math.max(0, call.at + maxBlockMs - clock.monotonic())
    this.#timer = clock.after(leftMs, () => tooLate(call))
  }
}

function isReady(call: WaitingCall): call is ReadyCall {
  return call.messages !== undefined
}
