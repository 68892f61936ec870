import type { Message } from '../kernel'
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
