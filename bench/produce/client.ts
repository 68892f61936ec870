import type { Order, Payload } from '../rivals'
import type { Workload } from './workloads'

export type ProduceOrder = Order<Workload>

/** Who is told the end of a call: `next` or `error`, once. An rxjs observer by shape, so that ours takes it as it is. */
export interface Heard {
  next(): void
  error(error: unknown): void
}

/** A producer of some library, connected. */
export interface ProduceClient {
  /** Makes the call of this number, with `perCall` messages. */
  send(call: number, heard: Heard): void
  /** Resolves when there is room, where the library tells. */
  ready?(): PromiseLike<void>
  /** Sends so many messages by one stream; `heard` is told of each. Absent where the library has none. */
  sendAll?: ((messages: number, heard: Heard) => Promise<void>) | undefined
  close(): Promise<void>
}

export type Connect = (order: ProduceOrder, payload: Payload) => Promise<ProduceClient>
