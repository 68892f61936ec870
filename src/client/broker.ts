import { ClosedError, ConnectionError, type KafkaError } from '../kernel'
import { Connection, type BrokerVersions, type Closed } from '../network'
import type { Api, RequestOf, ResponseOf } from '../protocol'
import { Backoff } from './backoff'
import type { Emit } from './event'
import { formatHost, type HostPort } from './hosts'
import { capOf, chooseVersion } from './negotiate'
import type { ClientSettings } from './options'
import { outOfTime, type Call } from './call'
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

interface Waiter {
  readonly ready: (connection: Connection) => void
  readonly failed: (error: KafkaError) => void
}

/** One connection of one purpose, or the wish for it. */
interface Lane {
  connection: Connection | undefined
  isReady: boolean
  readonly waiters: Set<Waiter>
}

/** How long the client waits beyond what the broker may take on purpose. */
const heldGraceMs = 5000

/** What the brokers have proven to speak when they are too old to tell (Kafka 0.8 and 0.9); finding out takes a second. */
export interface ClusterAge {
  proven: BrokerVersions | undefined
}

/** One broker: its connections by purpose, opened on first use, and the pauses between attempts to reach it. */
export class Broker {
  /** -1 for a bootstrap host. */
  readonly id: number
  #address: HostPort
  /** Why nothing is asked of it any more. */
  #closedBecause: KafkaError | undefined
  readonly #lanes = new Map<Purpose, Lane>()
  readonly #backoff: Backoff
  readonly #settings: ClientSettings
  readonly #emit: Emit
  readonly #age: ClusterAge

  constructor(id: number, address: HostPort, settings: ClientSettings, emit: Emit, age: ClusterAge) {
    this.#age = age
    this.id = id
    this.#address = address
    this.#settings = settings
    this.#emit = emit
    const { clock, random, reconnectBackoffMs, reconnectBackoffMaxMs } = settings
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

  /** Milliseconds until this broker may be dialled again; 0: now, or it is connected. */
  get waitMs(): number {
    return this.isConnected ? 0 : this.#backoff.waitMs
  }

  /** What the broker serves, once a connection of this purpose stands. */
  async versions(purpose: Purpose, call: Call): Promise<BrokerVersions> {
    return (await this.#ready(purpose, call)).versions!
  }

  /** Sends one request, in the highest version that both sides know and that can carry the body. */
  async request<A extends Api>(sending: Sending<A>, call: Call): Promise<Answer<A>> {
    const connection = await this.#ready(sending.purpose, call)
    const { api } = sending
    const version = this.#version(sending, connection.versions!)
    const body = typeof sending.body === 'function' ? sending.body(version) : sending.body
    return new Promise((resolve, reject) => {
      const heldMs = sending.heldMs ?? 0
      const timeoutMs = Math.max(this.#settings.requestTimeoutMs, heldMs === 0 ? 0 : heldMs + heldGraceMs)
      const abort = (): void => {
        reject(outOfTime(call, undefined, exchange.cancel() === 'sent'))
      }
      call.sent()
      const exchange = connection.exchange({
        api,
        version,
        body,
        timeoutMs,
        noResponse: sending.noResponse ?? false,
        done: (error, response) => {
          call.signal.removeEventListener('abort', abort)
          if (error) reject(error)
          else resolve({ response, version, broker: this })
        },
      })
      call.signal.addEventListener('abort', abort, { once: true })
    })
  }

  #version<A extends Api>(
    { api, body, maxVersion = Infinity, version }: Sending<A>,
    versions: BrokerVersions,
  ): number {
    const cap = Math.min(maxVersion, capOf(api, typeof body === 'function' ? {} : body, versions))
    return chooseVersion(api, versions, { broker: this.name, cap, wanted: version })
  }

  /** Ends the connections of one purpose: a consumer or a group member that is gone. */
  release(purpose: Purpose): void {
    this.#lanes.get(purpose)?.connection?.close()
    this.#lanes.delete(purpose)
  }

  /** @param because what requests that wait for a connection, and later ones, fail with */
  close(because: KafkaError = new ClosedError('KafkaClient')): void {
    this.#closedBecause = because
    for (const lane of this.#lanes.values()) {
      lane.connection?.close()
      for (const waiter of lane.waiters) waiter.failed(because)
      lane.waiters.clear()
    }
    this.#lanes.clear()
  }

  /** The ready connection of a purpose, opened when there is none; waits out the pause after a failure. */
  #ready(purpose: Purpose, call: Call): Promise<Connection> {
    if (this.#closedBecause) return Promise.reject(this.#closedBecause)
    const lane = this.#lane(purpose)
    if (lane.isReady) return Promise.resolve(lane.connection!)
    return new Promise((resolve, reject) => {
      const { clock } = this.#settings
      const leave = (): void => {
        lane.waiters.delete(waiter)
        timer.cancel()
        call.signal.removeEventListener('abort', late)
      }
      const late = (): void => {
        leave()
        reject(outOfTime(call, new ConnectionError(this.name, 'not connected yet', { maybeSent: false })))
      }
      const waiter: Waiter = {
        ready: connection => {
          leave()
          resolve(connection)
        },
        failed: error => {
          leave()
          reject(error)
        },
      }
      const timer = clock.after(Math.max(0, call.deadline - clock.monotonic()), late)
      call.signal.addEventListener('abort', late, { once: true })
      lane.waiters.add(waiter)
      if (lane.waiters.size === 1 && lane.connection === undefined) this.#openAfterPause(purpose, lane)
    })
  }

  #lane(purpose: Purpose): Lane {
    let lane = this.#lanes.get(purpose)
    if (!lane)
      this.#lanes.set(purpose, (lane = { connection: undefined, isReady: false, waiters: new Set() }))
    return lane
  }

  #openAfterPause(purpose: Purpose, lane: Lane): void {
    const { waitMs } = this.#backoff
    if (waitMs === 0) {
      this.#open(purpose, lane)
      return
    }
    this.#settings.clock.after(waitMs, () => {
      if (!this.#closedBecause && lane.waiters.size > 0 && lane.connection === undefined)
        this.#openAfterPause(purpose, lane)
    })
  }

  #open(purpose: Purpose, lane: Lane): void {
    const { clientId, clock, dial, lookup, tls, connectTimeoutMs, requestTimeoutMs, connectionsMaxIdleMs } =
      this.#settings
    const connection = new Connection({
      broker: this.name,
      target: this.#address,
      clientId,
      clock,
      dial,
      lookup,
      tls,
      connectTimeoutMs,
      requestTimeoutMs,
      idleMs: connectionsMaxIdleMs,
      softwareVersion: version,
      proven: this.#age.proven,
      ready: () => this.#opened(purpose, lane),
      throttled: ms => this.#emit({ type: 'throttled', broker: this.name, ms }),
      closed: closed => this.#ended(purpose, lane, closed),
    })
    lane.connection = connection
    connection.open()
  }

  #opened(purpose: Purpose, lane: Lane): void {
    const { versions } = lane.connection!
    if (versions?.source !== 'ApiVersions') this.#age.proven = versions
    lane.isReady = true
    this.#backoff.connected()
    this.#emit({ type: 'connected', broker: this.name, purpose })
    for (const waiter of [...lane.waiters]) waiter.ready(lane.connection!)
  }

  #ended(purpose: Purpose, lane: Lane, { why, error }: Closed): void {
    const wasReady = lane.isReady
    lane.isReady = false
    lane.connection = undefined
    if (why === 'failed') {
      this.#backoff.failed()
      this.#age.proven = undefined
    }
    if (wasReady)
      this.#emit({ type: 'disconnected', broker: this.name, purpose, reason: error?.message ?? why })
    if (wasReady) return
    const failure = error ?? new ConnectionError(this.name, 'the connection was closed', { maybeSent: false })
    if (why === 'failed') this.#emit({ type: 'connect-failed', broker: this.name, purpose, error: failure })
    for (const waiter of [...lane.waiters]) waiter.failed(failure)
  }
}
