import { ConnectionError, type KafkaError } from '../kernel'
import { Connection, type BrokerVersions, type Closed, type ConnectionHandlers } from '../network'
import type { Api, RequestOf, ResponseOf } from '../protocol'
import { Backoff } from './backoff'
import { endOf, wasMaybeSent, type Call } from './call'
import type { Emit } from './event'
import { formatHost, type HostPort } from './hosts'
import { Lane } from './lane'
import { capOf, chooseVersion } from './negotiate'
import type { ClientSettings } from './options'
import { version } from './version'

/**
 * What a connection is for. Nothing that the broker may hold back (Fetch, JoinGroup, SyncGroup) shares a
 * connection with anything else, since a broker answers one request of a connection at a time.
 */
export type Purpose =
  'main' | `fetch:${string}` | `join:${string}` | `heartbeat:${string}` | `group:${string}`

/** A request on its way to one broker. */
export interface Sending<A extends Api> {
  readonly api: A
  /** The body, or what makes it once the version is known. */
  readonly body: RequestOf<A> | ((version: number) => RequestOf<A>)
  readonly purpose: Purpose
  /** How long the broker may hold it back on purpose, in ms. */
  readonly heldMs?: number
  /** A version asked for by the caller. */
  readonly version?: number | undefined
  /** The highest version that can carry the body, where the body itself cannot tell. */
  readonly maxVersion?: number
  /** The broker will not answer: Produce with acks 0. */
  readonly noResponse?: boolean
}

export interface Answer<A extends Api> {
  /** undefined when the broker does not answer. */
  readonly response: ResponseOf<A> | undefined
  readonly version: number
  readonly broker: Broker
}

/** How long the client waits beyond what the broker may take on purpose. */
const heldGraceMs = 5000

/** What the brokers have proven to speak when they are too old to tell (Kafka 0.8 and 0.9); finding out takes a second. */
export interface ClusterAge {
  proven: BrokerVersions | undefined
}

export interface BrokerContext {
  readonly settings: ClientSettings
  readonly emit: Emit
  readonly age: ClusterAge
  /** Sees every answer before whoever asked. */
  readonly answered: (api: Api, response: object) => void
}

/** One broker: its connections by purpose, opened on first use, and the pauses between attempts to reach it. */
export class Broker {
  /** -1 for a bootstrap host. */
  readonly id: number
  #address: HostPort
  #closed: KafkaError | undefined
  readonly #lanes = new Map<Purpose, Lane>()
  readonly #backoff: Backoff
  readonly #context: BrokerContext

  constructor(id: number, address: HostPort, context: BrokerContext) {
    this.id = id
    this.#address = address
    this.#context = context
    const { clock, random, reconnectBackoffMs, reconnectBackoffMaxMs } = context.settings
    this.#backoff = new Backoff({
      initialMs: reconnectBackoffMs,
      maxMs: reconnectBackoffMaxMs,
      clock,
      random,
    })
  }

  /** For texts: `broker 2 (host:9092)`, `bootstrap host:9092`. */
  get name(): string {
    const host = formatHost(this.#address)
    return this.id < 0 ? `bootstrap ${host}` : `broker ${this.id} (${host})`
  }

  get address(): HostPort {
    return this.#address
  }

  /** A live connection goes on; the next one goes to the new address. */
  set address(address: HostPort) {
    this.#address = address
  }

  get isConnected(): boolean {
    return [...this.#lanes.values()].some(lane => lane.isReady)
  }

  /** Whether the connection for this purpose stands. */
  isReady(purpose: Purpose): boolean {
    return this.#lanes.get(purpose)?.isReady ?? false
  }

  /** The level of a feature that the cluster has settled on, 0 for none; undefined while nothing is connected. */
  featureLevel(purpose: Purpose, feature: string): number | undefined {
    const versions = this.#lanes.get(purpose)?.versions
    return versions && (versions.finalizedFeatures.get(feature) ?? 0)
  }

  /** Milliseconds until this broker may be dialled again; 0: now, or it is connected. */
  get waitMs(): number {
    return this.isConnected ? 0 : this.#backoff.waitMs
  }

  /** Whether any connection is left; after `close` some may still finish their work. */
  get isOpen(): boolean {
    return [...this.#lanes.values()].some(lane => lane.isOpen)
  }

  /** Resolves once a connection for this purpose stands. */
  async connect(purpose: Purpose, call: Call): Promise<void> {
    await this.#ready(purpose, call)
  }

  /** Sends one request, in the highest version that both sides know and that can carry the body. */
  async request<A extends Api>(sending: Sending<A>, call: Call): Promise<Answer<A>> {
    const connection = await this.#ready(sending.purpose, call)
    if (call.signal.aborted) throw endOf(call)
    const version = this.#version(sending, connection.versions!)
    const body = typeof sending.body === 'function' ? sending.body(version) : sending.body
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(endOfExchange(call, this.name, exchange.cancel() === 'sent'))
      const exchange = connection.exchange({
        api: sending.api,
        // Asked for when the request is written, which is the moment it leaves.
        version: () => {
          call.sent()
          return version
        },
        body,
        timeoutMs: this.#timeoutOf(sending),
        noResponse: sending.noResponse ?? false,
        done: (error, response) => {
          call.signal.removeEventListener('abort', abort)
          if (error) reject(error)
          else resolve(this.#answer(sending, version, response))
        },
      })
      call.signal.addEventListener('abort', abort, { once: true })
    })
  }

  /** Ends the connections of one purpose: a consumer or a group member that is gone. */
  release(purpose: Purpose): void {
    const gone = new ConnectionError(this.name, `${purpose} is over`, { maybeSent: false })
    this.#lanes.get(purpose)?.close(gone, { graceful: false })
    this.#lanes.delete(purpose)
  }

  /** For good. What waits for a connection fails with `error`; when graceful, what was sent is finished first. */
  close(error: KafkaError, { graceful }: { readonly graceful: boolean }): void {
    this.#closed = error
    for (const lane of this.#lanes.values()) lane.close(error, { graceful })
  }

  #answer<A extends Api>(
    { api }: Sending<A>,
    version: number,
    response: ResponseOf<A> | undefined,
  ): Answer<A> {
    if (response !== undefined) this.#context.answered(api, response)
    return { response, version, broker: this }
  }

  #timeoutOf<A extends Api>({ heldMs = 0 }: Sending<A>): number {
    const { requestTimeoutMs } = this.#context.settings
    return heldMs === 0 ? requestTimeoutMs : Math.max(requestTimeoutMs, heldMs + heldGraceMs)
  }

  #version<A extends Api>(
    { api, body, maxVersion = Infinity, version }: Sending<A>,
    versions: BrokerVersions,
  ): number {
    const cap = Math.min(maxVersion, capOf(api, typeof body === 'function' ? {} : body, versions))
    return chooseVersion(api, versions, { broker: this.name, cap, wanted: version })
  }

  #ready(purpose: Purpose, call: Call): Promise<Connection> {
    if (this.#closed) return Promise.reject(this.#closed)
    let lane = this.#lanes.get(purpose)
    if (!lane) this.#lanes.set(purpose, (lane = this.#laneFor(purpose)))
    return lane.ready(call)
  }

  #laneFor(purpose: Purpose): Lane {
    return new Lane({
      clock: this.#context.settings.clock,
      backoff: this.#backoff,
      broker: () => this.name,
      connect: handlers => this.#connection(handlers),
      opened: connection => this.#opened(purpose, connection),
      ended: (closed, wasReady) => this.#ended(purpose, closed, wasReady),
    })
  }

  #connection(handlers: ConnectionHandlers): Connection {
    const { clientId, clock, dial, lookup, tls, connectTimeoutMs, requestTimeoutMs, connectionsMaxIdleMs } =
      this.#context.settings
    return new Connection({
      broker: this.name,
      target: this.#address,
      clientId,
      clock,
      dial,
      lookup,
      tls: tls === false ? undefined : tls,
      connectTimeoutMs,
      requestTimeoutMs,
      idleMs: connectionsMaxIdleMs === 0 ? Infinity : connectionsMaxIdleMs,
      softwareVersion: version,
      proven: this.#context.age.proven,
      throttled: ms => this.#context.emit({ type: 'throttled', broker: this.name, ms }),
      ...handlers,
    })
  }

  #opened(purpose: Purpose, { versions }: Connection): void {
    if (versions?.source !== 'ApiVersions') this.#context.age.proven = versions
    this.#backoff.connected()
    this.#context.emit({ type: 'connected', broker: this.name, purpose })
  }

  #ended(purpose: Purpose, { why, error }: Closed, wasReady: boolean): void {
    if (why === 'failed') {
      this.#backoff.failed()
      this.#context.age.proven = undefined
    }
    if (wasReady)
      this.#context.emit({ type: 'disconnected', broker: this.name, purpose, reason: error?.message ?? why })
    else if (error) this.#context.emit({ type: 'connect-failed', broker: this.name, purpose, error })
  }
}

/** What is sent and given up may have been handled, whatever ended the call. */
function endOfExchange(call: Call, broker: string, wasSent: boolean): KafkaError {
  const error = endOf(call, undefined, wasSent)
  if (!wasSent || wasMaybeSent(error)) return error
  return new ConnectionError(broker, `${call.what} was given up before it was answered`, {
    maybeSent: true,
    cause: error,
  })
}
