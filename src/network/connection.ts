import { ConnectionError, type KafkaError } from '../kernel'
import type { Api } from '../protocol'
import { Alarm } from './alarm'
import type { BrokerVersions } from './broker-versions'
import {
  settleConnection,
  type Closed,
  type ConnectionOptions,
  type SettledConnection,
} from './connection-options'
import type { Exchange, ExchangeRequest } from './exchange'
import { describeFailure } from './failure'
import { Opening } from './opening'
import { pendingOf, type Pending } from './pending'
import { unsentError, type Pipeline } from './pipeline'
import { tell } from './tell'
import type { Wire } from './wire'

/** `draining`: nothing new is taken, what was taken is finished. */
export type ConnectionState =
  'new' | 'connecting' | 'handshaking' | 'authenticating' | 'ready' | 'draining' | 'closed'

/**
 * One life of one connection to one broker: opened once, closed once, never opened again. Requests are accepted
 * from the beginning and written when the handshake is over, in the order in which they were given.
 */
export class Connection {
  readonly #options: SettledConnection
  readonly #opening: Opening
  readonly #idle: Alarm
  #state: Exclude<ConnectionState, 'draining'> = 'new'
  #isDraining = false
  #readyAt: number | undefined
  #wire: Wire | undefined
  #pipeline: Pipeline | undefined
  /** Given before the handshake was over. */
  #waiting: Pending[] = []

  constructor(options: ConnectionOptions) {
    this.#options = settleConnection(options)
    this.#idle = new Alarm(options.clock, now => this.#checkIdle(now))
    this.#opening = new Opening(this.#options, {
      connected: () => (this.#state = 'handshaking'),
      opened: (wire, pipeline) => this.#opened(wire, pipeline),
      lost: error => this.#lost(error),
      broken: error => this.#end('failed', `the connection failed (${error.message})`, error),
      throttled: (ms, request) => tell(options.clock, () => options.throttled?.(ms, request)),
      progressed: () => this.#closeIfDrained(),
    })
  }

  get state(): ConnectionState {
    return this.#isDraining && this.#state !== 'closed' ? 'draining' : this.#state
  }

  /** What the broker speaks; undefined until the handshake is over. */
  get versions(): BrokerVersions | undefined {
    return this.#pipeline?.versions
  }

  /** Whether somebody waits for a request that was taken. */
  get isWaitedFor(): boolean {
    return this.#waiting.length > 0 || (this.#pipeline?.isWaitedFor ?? false)
  }

  /** Starts to connect; how it goes is told by the handlers. Later calls have no effect. */
  open(): void {
    if (this.#state !== 'new') return
    this.#state = 'connecting'
    this.#opening.start()
  }

  /**
   * Asks the broker. Fails with ConnectionError, TimeoutError, ProtocolError, AuthenticationError, or what the
   * encoder says of the body; `maybeSent` tells whether the broker may have handled it.
   */
  exchange<A extends Api>(request: ExchangeRequest<A>): Exchange {
    const pending = pendingOf(this.#options.clock, request)
    if (this.#isDraining || this.#state === 'closed') this.#refuse(pending)
    else if (this.#state === 'ready') this.#pipeline!.send(pending)
    else this.#waiting.push(pending)
    return { cancel: () => this.#cancel(pending) }
  }

  /** At once, or when graceful after everything taken is finished; then `closed` says `asked`. */
  close({ graceful = false }: { readonly graceful?: boolean } = {}): void {
    this.#isDraining = true
    if (graceful) this.#closeIfDrained()
    else this.#end('asked', closedByUs)
  }

  #opened(wire: Wire, pipeline: Pipeline): void {
    const { authenticate, broker } = this.#options
    this.#wire = wire
    this.#pipeline = pipeline
    if (authenticate === undefined) {
      this.#ready(pipeline)
      return
    }
    this.#state = 'authenticating'
    const exchange = <A extends Api>(request: ExchangeRequest<A>): Exchange => {
      const pending = pendingOf(this.#options.clock, request)
      if (this.#state === 'closed') this.#refuse(pending)
      else pipeline.send(pending)
      return { cancel: () => this.#cancel(pending) }
    }
    authenticate({ broker, versions: pipeline.versions!, exchange }, error => {
      if (this.#state !== 'authenticating') return
      if (error === undefined) this.#ready(pipeline)
      else this.#end('failed', error.message, error)
    })
  }

  #ready(pipeline: Pipeline): void {
    this.#state = 'ready'
    this.#readyAt = this.#options.clock.monotonic()
    this.#idle.by(this.#readyAt + this.#options.idleMs)
    const waiting = this.#waiting
    this.#waiting = []
    for (const pending of waiting) pipeline.send(pending)
    tell(this.#options.clock, () => this.#options.ready?.(pipeline.versions!))
    this.#closeIfDrained()
  }

  #refuse(pending: Pending): void {
    const what = this.#state === 'closed' ? 'the connection was closed' : 'the connection is being closed'
    this.#options.clock.soon(() =>
      pending.settle(unsentError(this.#options.broker, pending, what, undefined)),
    )
  }

  #cancel(pending: Pending): 'not-sent' | 'sent' {
    pending.isSettled = true
    if (!pending.isSent) {
      this.#waiting = this.#waiting.filter(other => other !== pending)
      this.#pipeline?.remove(pending)
    }
    this.#closeIfDrained()
    return pending.isSent ? 'sent' : 'not-sent'
  }

  #checkIdle(now: number): number {
    const pipeline = this.#pipeline!
    const { idleMs } = this.#options
    if (pipeline.size > 0) return now + idleMs
    const expiry = pipeline.lastActiveAt + idleMs
    if (expiry > now) return expiry
    this.#end('idle', 'the connection was idle')
    return Infinity
  }

  #closeIfDrained(): void {
    if (this.#isDraining && !this.isWaitedFor) this.#end('asked', closedByUs)
  }

  /** Brokers close connections that nobody uses; that is no fault. */
  #lost(error: Error | undefined): void {
    const what = error
      ? `the connection broke: ${describeFailure(error)}`
      : 'the broker closed the connection'
    const maybeSent = this.isWaitedFor
    if (this.#state === 'ready' && !maybeSent) this.#end('peer', what)
    else
      this.#end('failed', what, new ConnectionError(this.#options.broker, what, { maybeSent, cause: error }))
  }

  #end(why: Closed['why'], what: string, error?: KafkaError): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#opening.cancel()
    this.#idle.cancel()
    this.#wire?.close()
    const waiting = this.#waiting
    this.#waiting = []
    const readyMs = this.#readyAt === undefined ? 0 : this.#options.clock.monotonic() - this.#readyAt
    tell(this.#options.clock, () => this.#options.closed?.({ why, error, readyMs }))
    this.#pipeline?.abandon(error, what)
    for (const pending of waiting) pending.settle(unsentError(this.#options.broker, pending, what, error))
  }
}

const closedByUs = 'the connection was closed by this client'
