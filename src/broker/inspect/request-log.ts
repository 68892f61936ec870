import type { Api, ReceivedRequestOf } from '../../protocol'
import { checkApi } from './check-api'
import type { SeenRequest } from './seen-request'

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

export interface RequestLogLimits {
  /** How many are kept; 0 keeps none. */
  readonly requests: number
  /** How many bytes of frames are; the newest request is kept whatever its size. */
  readonly bytes: number
}

let addTo: (log: RequestLog, request: LoggedRequest) => void

/**
 * The last requests that came to any broker, oldest first: by default 1,000 of them, and 16 MiB of frames (options
 * `recordedRequests` and `recordedBytes`). Older ones are dropped, and counted: a test that says what never came looks
 * at `dropped` too.
 */
export class RequestLog {
  readonly #limits: RequestLogLimits
  /** In the order they came. */
  readonly #requests = new Set<LoggedRequest>()
  #bytes = 0
  #dropped = 0

  static {
    // Whoever holds the log of a cluster reads it; only its brokers write.
    addTo = (log, request) => log.#add(request)
  }

  constructor(limits: RequestLogLimits) {
    this.#limits = limits
  }

  /** How many requests came, since the start or the last `clear`, that are not kept any more. */
  get dropped(): number {
    return this.#dropped
  }

  /** Those of one API, or without an argument all. ArgumentError for what is no API. */
  of<A extends Api>(...given: [api?: A]): readonly LoggedRequest<ReceivedRequestOf<A>>[] {
    const all = [...this.#requests]
    const [api] = given
    // A variable that holds nothing does not ask for all.
    if (given.length > 0) checkApi('requests.of api', api)
    const chosen = api === undefined ? all : all.filter(request => request.api.key === api.key)
    // The body's type belongs to the key.
    return chosen as unknown as readonly LoggedRequest<ReceivedRequestOf<A>>[]
  }

  /** Forgets them all; `dropped` is 0 again. */
  clear(): void {
    this.#requests.clear()
    this.#bytes = this.#dropped = 0
  }

  #add(request: LoggedRequest): void {
    this.#requests.add(request)
    this.#bytes += request.sizeInBytes
    for (const oldest of this.#requests) {
      if (!this.#isOver) return
      this.#requests.delete(oldest)
      this.#bytes -= oldest.sizeInBytes
      this.#dropped++
    }
  }

  get #isOver(): boolean {
    const { size } = this.#requests
    const { requests, bytes } = this.#limits
    return size > requests || (size > 1 && this.#bytes > bytes)
  }
}

/** Adds a request that came. */
export function record(log: RequestLog, request: LoggedRequest): void {
  addTo(log, request)
}
