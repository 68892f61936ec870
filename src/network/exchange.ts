import type { KafkaError } from '../kernel'
import type { Api, RequestOf, ResponseOf } from '../protocol'
import type { BrokerVersions } from './broker-versions'

/** One request and what is to happen with its answer. */
export interface ExchangeRequest<A extends Api> {
  readonly api: A
  /** The version, or how to choose it once the broker's versions are known; it may throw a KafkaError. */
  readonly version: number | ((versions: BrokerVersions) => number)
  readonly body: RequestOf<A>
  /** How long to wait for the answer once written, in ms; default: the connection's `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined
  /** The broker sends no answer (Produce with acks 0): done when the bytes have left this process. */
  readonly noResponse?: boolean | undefined
  /** Called once, never before `exchange` has returned, and not at all after `cancel`. */
  done(error: KafkaError | undefined, response: ResponseOf<A> | undefined): void
}

/** A request under way. */
export interface Exchange {
  /**
   * Stops caring. A request not yet written is not sent; the answer to one that was is dropped when it comes, and
   * the connection still closes when it does not come in time.
   */
  cancel(): 'not-sent' | 'sent'
}
