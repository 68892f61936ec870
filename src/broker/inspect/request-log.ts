import type { Api, ReceivedRequestOf } from '../../protocol'
import type { SeenRequest } from '../faults'

/** A request that came, and when. */
export interface LoggedRequest<Body = unknown> extends SeenRequest<Body> {
  /** Milliseconds since the epoch, on the broker's clock. */
  readonly at: number
  /** The client as `address:port`. */
  readonly client: string
  readonly correlationId: number
  /** The frame's bytes, without its length prefix. */
  readonly sizeInBytes: number
}

/** The last requests that came to any broker, oldest first. */
export class RequestLog {
  readonly #limit: number
  #requests: LoggedRequest[] = []

  /** @param limit how many are kept */
  constructor(limit: number) {
    this.#limit = limit
  }

  add(request: LoggedRequest): void {
    if (this.#limit === 0) return
    this.#requests.push(request)
    // Cut now and then rather than at each request.
    if (this.#requests.length >= 2 * this.#limit) this.#requests = this.#requests.slice(-this.#limit)
  }

  /** Those of one API, or all. */
  of<A extends Api>(api?: A): readonly LoggedRequest<ReceivedRequestOf<A>>[] {
    const all = this.#requests.slice(-this.#limit)
    const chosen = api === undefined ? all : all.filter(request => request.api.key === api.key)
    // The body's type belongs to the key.
    return chosen as unknown as readonly LoggedRequest<ReceivedRequestOf<A>>[]
  }

  clear(): void {
    this.#requests = []
  }
}
