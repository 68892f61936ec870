import { ConnectionError, KafkaError, ProtocolError, TimeoutError, type Clock } from '../kernel'
import { Alarm } from './alarm'
import type { BrokerVersions } from './broker-versions'
import { FrameSplitter } from './frame-splitter'
import { InFlight } from './in-flight'
import { Outbox } from './outbox'
import type { Answer, Pending } from './pending'
import type { Wire } from './wire'

export interface PipelineOptions {
  /** Names the broker in errors. */
  readonly broker: string
  readonly clientId: string | null
  readonly clock: Clock
  readonly requestTimeoutMs: number
  readonly maxFrameBytes?: number | undefined
}

export interface PipelineHandlers {
  /** The wire is of no more use; the pipeline waits to be abandoned. */
  broken(error: KafkaError): void
  throttled(ms: number, request: string): void
  /** A request is finished or taken back. */
  progressed(): void
}

/**
 * Requests and answers on one open wire: written together once per turn of the event loop, matched in order,
 * timed, throttled.
 */
export class Pipeline {
  /** Known once the handshake is over. */
  versions: BrokerVersions | undefined
  readonly #wire: Wire
  readonly #options: PipelineOptions
  readonly #handlers: PipelineHandlers
  readonly #splitter: FrameSplitter
  readonly #alarm: Alarm
  readonly #outbox: Outbox
  readonly #inFlight = new InFlight()
  #correlationId = 0
  #lastActiveAt: number
  #hasReceived = false
  #isBroken = false
  /** Why these fail; everything else fails because of the connection. */
  readonly #ownErrors = new Map<Pending, KafkaError>()

  constructor(wire: Wire, options: PipelineOptions, handlers: PipelineHandlers) {
    const { broker, clock, maxFrameBytes } = options
    this.#wire = wire
    this.#options = options
    this.#handlers = handlers
    this.#splitter = new FrameSplitter(frame => this.#answer(frame), {
      where: `${broker} response`,
      maxFrameBytes,
    })
    this.#outbox = new Outbox(clock, batch => this.#send(batch))
    this.#alarm = new Alarm(clock, now => this.#expire(now))
    this.#lastActiveAt = clock.monotonic()
  }

  /** Whether any byte has come. */
  get hasReceived(): boolean {
    return this.#hasReceived
  }

  /** Requests queued or in flight; those that were cancelled after they were sent included. */
  get size(): number {
    return this.#inFlight.size + this.#outbox.size
  }

  /** Whether somebody waits for any of them. */
  get isWaitedFor(): boolean {
    return this.#outbox.size > 0 || this.#inFlight.isWaitedFor
  }

  /** When something was last written or read, on the monotonic clock. */
  get lastActiveAt(): number {
    return this.#lastActiveAt
  }

  send(pending: Pending): void {
    this.#outbox.push(pending)
  }

  /** Takes back what is not written yet. */
  remove(pending: Pending): void {
    this.#outbox.remove(pending)
  }

  receive(bytes: Buffer): void {
    this.#hasReceived = true
    this.#lastActiveAt = this.#options.clock.monotonic()
    try {
      this.#splitter.push(bytes)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#break(error)
    }
  }

  /** Fails everything; the wire has been closed. */
  abandon(cause: KafkaError | undefined, what: string): void {
    this.#isBroken = true
    this.#alarm.cancel()
    const sent = this.#inFlight.takeAll()
    const queued = this.#outbox.takeAll()
    for (const pending of sent)
      pending.settle(this.#ownErrors.get(pending) ?? this.#lost(pending, what, cause))
    for (const pending of queued) pending.settle(unsentError(this.#options.broker, pending, what, cause))
  }

  #lost(pending: Pending, what: string, cause: KafkaError | undefined): KafkaError {
    const text = `${what} before ${pending.label} was answered; the broker may have handled it`
    return new ConnectionError(this.#options.broker, text, { maybeSent: true, cause })
  }

  /** One write for the whole batch. */
  #send(batch: readonly Pending[]): void {
    const now = this.#options.clock.monotonic()
    const chunks: Buffer[] = []
    const refused = new Map<Pending, KafkaError>()
    for (const pending of batch) {
      try {
        chunks.push(...this.#encode(pending, now))
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        refused.set(pending, error)
      }
    }
    if (chunks.length > 0) this.#write(chunks, batch, now)
    for (const [pending, error] of refused) pending.settle(error)
    this.#handlers.progressed()
  }

  #encode(pending: Pending, now: number): Buffer[] {
    const { clientId, requestTimeoutMs } = this.#options
    const id = (this.#correlationId + 1) & 0x7fffffff
    const chunks = pending.encode(id, clientId, this.versions)
    this.#correlationId = id
    pending.isSent = true
    this.#alarm.by(this.#inFlight.add(pending, id, pending.timeoutMs ?? requestTimeoutMs, now))
    return chunks
  }

  #write(chunks: readonly Buffer[], batch: readonly Pending[], now: number): void {
    this.#lastActiveAt = now
    const unanswered = batch.filter(({ noResponse, isSent }) => noResponse && isSent)
    if (unanswered.length === 0) this.#wire.write(chunks)
    else this.#wire.write(chunks, () => this.#flushed(unanswered))
  }

  #flushed(pendings: readonly Pending[]): void {
    for (const pending of this.#inFlight.flushed(pendings)) pending.settle(undefined)
    this.#handlers.progressed()
  }

  #answer(frame: Buffer): void {
    if (this.#isBroken) return
    const pending = this.#match(frame)
    const answer = this.#decode(pending, frame)
    if (answer === undefined) return
    this.#inFlight.answered()
    if (answer.throttleTimeMs > 0) this.#throttle(answer.throttleTimeMs, pending.label)
    pending.settle(undefined, answer.response)
    this.#handlers.progressed()
  }

  #match(frame: Buffer): Pending {
    const where = `${this.#options.broker} response`
    if (frame.length < 4)
      throw new ProtocolError(where, 'correlationId', 0, `${frame.length} bytes are no answer`)
    return this.#inFlight.match(frame.readInt32BE(0), where)
  }

  #decode(pending: Pending, frame: Buffer): Answer | undefined {
    try {
      return pending.decode(frame)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const { where, path, offset, reason } = error
      const named = new ProtocolError(`${this.#options.broker}, ${where}`, path, offset, reason)
      this.#ownErrors.set(pending, named)
      this.#break(named)
      return undefined
    }
  }

  #throttle(ms: number, request: string): void {
    this.#inFlight.postpone(this.#outbox.pause(ms))
    this.#handlers.throttled(ms, request)
  }

  #expire(now: number): number {
    const late = this.#inFlight.expired(now)
    for (const { pending, timeoutMs } of late) {
      const where = `${this.#options.broker}, ${pending.label}`
      this.#ownErrors.set(pending, new TimeoutError('request', timeoutMs, where, { maybeSent: true }))
    }
    const [first] = this.#ownErrors.values()
    if (first !== undefined) this.#break(first)
    return this.#isBroken ? Infinity : this.#inFlight.nextDeadline
  }

  #break(error: KafkaError): void {
    if (this.#isBroken) return
    this.#isBroken = true
    this.#handlers.broken(error)
  }
}

/** The error of a request that surely did not leave: the cause itself, unless that one speaks of another request. */
export function unsentError(
  broker: string,
  pending: Pending,
  what: string,
  cause: KafkaError | undefined,
): KafkaError {
  const isPlain = cause !== undefined && !('maybeSent' in cause && cause.maybeSent)
  if (isPlain && cause.kind !== 'protocol') return cause
  return new ConnectionError(broker, `${what} before ${pending.label} was sent`, { maybeSent: false, cause })
}
