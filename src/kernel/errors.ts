import { plain } from './plain'

/**
 * The one tree of errors. Every class has a closed `kind`, and what may help is data (`remedy`), so
 * that nobody has to match texts. The brand is a `Symbol.for`, so `instanceof` holds even when two copies
 * of this package are loaded.
 */
const brand = Symbol.for('rx-kafka.error')

/** What would have to happen before the same question is worth asking again. */
export type Remedy =
  | 'retry'
  | 'refresh-metadata'
  | 'find-coordinator'
  | 'rejoin'
  | 'reset-offset'
  | 'new-producer-id'
  | 'give-up'

/** One word for each class of the tree. */
export type ErrorKind =
  | 'ack-timeout'
  | 'argument'
  | 'authentication'
  | 'broker'
  | 'buffer-full'
  | 'already-running'
  | 'not-running'
  | 'cancelled'
  | 'closed'
  | 'compression'
  | 'connection'
  | 'corrupt'
  | 'defect'
  | 'delivery'
  | 'decompression'
  | 'deserialization'
  | 'failed-messages'
  | 'failed-payloads'
  | 'fenced'
  | 'log-truncation'
  | 'message-too-large'
  | 'no-offset'
  | 'processing'
  | 'processing-timeout'
  | 'other-message'
  | 'protocol'
  | 'rebalance-hook'
  | 'serialization'
  | 'timeout'
  | 'topic-recreated'
  | 'transaction-aborted'
  | 'transaction-state'
  | 'unavailable'
  | 'unsupported'

interface KafkaErrorOptions {
  readonly cause?: unknown
  readonly remedy?: Remedy
}

/** The root: whatever this package throws or emits as an error is one of these. */
export abstract class KafkaError extends Error {
  static readonly kind: ErrorKind | undefined = undefined
  readonly kind: ErrorKind
  /** What may help before the same call is made again; `give-up` when nothing will. */
  readonly remedy: Remedy

  protected constructor(message: string, { cause, remedy = 'give-up' }: KafkaErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    const { kind } = new.target
    if (kind === undefined) throw new TypeError('KafkaError is not made directly: use one of its classes')
    this.kind = kind
    this.remedy = remedy
    this.name = new.target.name
    Object.defineProperty(this, brand, { value: kind })
  }

  /** Whether the same call, made again after the remedy, may succeed; the other remedies change what is asked. */
  get retriable(): boolean {
    return this.remedy === 'retry' || this.remedy === 'refresh-metadata' || this.remedy === 'find-coordinator'
  }

  /** For logs: name, message and every field, int64 as decimal strings. */
  toJSON(): object {
    const fields = Object.entries(this).map(([name, value]) => [name, plain(value)] as const)
    return { name: this.name, message: this.message, ...Object.fromEntries(fields) }
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(brand in value)) return false
    return this.kind === undefined || value[brand] === this.kind
  }
}

/** The caller's mistake: an option, argument or message that cannot be used. Names it and says what would do. */
export class ArgumentError extends KafkaError {
  static override readonly kind = 'argument'
  /** Which option or argument, as a path: `producer option bufferTime`, `payloads[1].offset`. */
  readonly argument: string
  readonly value: unknown
  /** What would do. */
  readonly expected: string

  constructor(argument: string, value: unknown, expected: string, { cause }: { cause?: unknown } = {}) {
    super(`${argument}: expected ${expected}, got ${inspect(value)}`, { cause })
    this.argument = argument
    this.value = value
    this.expected = expected
  }
}

/** Refused, reset, closed, a name that does not resolve, a TLS failure. */
export class ConnectionError extends KafkaError {
  static override readonly kind = 'connection'
  /** `host:port`, with the node id where it is known. */
  readonly broker: string
  /** True when the request may have reached the broker: asking again may do the work twice. */
  readonly maybeSent: boolean

  constructor(broker: string, what: string, { maybeSent, cause }: { maybeSent: boolean; cause?: unknown }) {
    super(`${broker}: ${what}`, { cause, remedy: 'retry' })
    this.broker = broker
    this.maybeSent = maybeSent
  }
}

interface TimeoutDetails {
  readonly maybeSent?: boolean
  readonly cause?: unknown
  /** What was there instead of what was waited for. */
  readonly found?: string
  /** What happened, where more is known than that no answer came. */
  readonly told?: string
}

function passed(deadline: TimeoutError['deadline'], ms: number, found: string): string {
  if (deadline === 'condition') return `not so within ${ms} ms${found}`
  if (deadline === 'metadata') return `no answer in maxBlockMs (${ms})`
  return `no answer within ${ms} ms (${deadline} timeout)`
}

/** A deadline passed. `deadline` says which one, `ms` how long it was. */
export class TimeoutError extends KafkaError {
  static override readonly kind = 'timeout'
  readonly deadline: 'connect' | 'request' | 'call' | 'delivery' | 'metadata' | 'close' | 'condition'
  readonly ms: number
  readonly maybeSent: boolean

  constructor(
    deadline: TimeoutError['deadline'],
    ms: number,
    where: string,
    { maybeSent = false, cause, found = '', told }: TimeoutDetails = {},
  ) {
    super(`${where}: ${told ?? passed(deadline, ms, found)}`, { cause, remedy: 'retry' })
    this.deadline = deadline
    this.ms = ms
    this.maybeSent = maybeSent
  }
}

/** The broker refused who we say we are. */
export class AuthenticationError extends KafkaError {
  static override readonly kind = 'authentication'
  constructor(broker: string, what: string, cause?: unknown) {
    super(`${broker}: ${what}`, { cause })
  }
}

/** Bytes that cannot be read. `path` and `offset` say where; the connection they came from is closed. */
export class ProtocolError extends KafkaError {
  static override readonly kind = 'protocol'
  /** Such as `Fetch v12 response`. */
  readonly where: string
  /** Field, such as `responses[0].partitions[3].records`. */
  readonly path: string
  /** Byte within the frame (without its length prefix). */
  readonly offset: number
  readonly reason: string

  constructor(where: string, path: string, offset: number, reason: string) {
    super(`${where}: ${path === '' ? '' : `${path}, `}byte ${offset}: ${reason}`)
    this.where = where
    this.path = path
    this.offset = offset
    this.reason = reason
  }
}

/** The broker is too old (or this installation too bare) for what was asked. */
export class UnsupportedError extends KafkaError {
  static override readonly kind = 'unsupported'
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}

/** One Kafka error code, as the broker sent it. */
export class BrokerError extends KafkaError {
  static override readonly kind = 'broker'
  /** Kafka's name for the code, such as `NOT_LEADER_OR_FOLLOWER`. */
  readonly reason: string
  readonly code: number
  /** What the broker added in words, if it did. */
  readonly brokerMessage: string | null
  /** Where: API, broker, topic and partition or group. */
  readonly where: string

  constructor(
    row: { readonly name: string; readonly code: number; readonly remedy: Remedy; readonly meaning: string },
    where: string,
    brokerMessage: string | null = null,
  ) {
    super(`${where}: ${row.name} (${row.code}), ${brokerMessage ?? row.meaning}`, { remedy: row.remedy })
    this.reason = row.name
    this.code = row.code
    this.where = where
    this.brokerMessage = brokerMessage
  }
}

/** Part of a call on several partitions failed. What worked is in `responses`, so it is never lost. */
export class FailedPayloadsError<Response = unknown, Payload = unknown> extends KafkaError {
  static override readonly kind = 'failed-payloads'
  /** Answers of the payloads that worked, in payload order. */
  readonly responses: readonly Response[]
  /** The payloads that failed, in payload order, each with its error. */
  readonly failedPayloads: readonly { readonly payload: Payload; readonly error: KafkaError }[]

  constructor(
    where: string,
    responses: readonly Response[],
    failedPayloads: readonly { readonly payload: Payload; readonly error: KafkaError }[],
  ) {
    const first = failedPayloads[0]?.error
    const count = `${failedPayloads.length} of ${failedPayloads.length + responses.length} payloads failed`
    super(`${where}: ${count}; first: ${first?.message ?? 'no error'}`, {
      cause: first,
      remedy: first?.remedy ?? 'give-up',
    })
    this.responses = responses
    this.failedPayloads = failedPayloads
  }
}

/** The last listener left before the work was done, or it was taken back. */
export class CancelledError extends KafkaError {
  static override readonly kind = 'cancelled'
  /** True when a request had already left: the broker may have done the work. */
  readonly requestSent: boolean

  constructor(what: string, { requestSent }: { requestSent: boolean }) {
    super(`${what} was cancelled ${requestSent ? 'after its request was sent' : 'before anything was sent'}`)
    this.requestSent = requestSent
  }
}

/** The client, producer or consumer was closed; make a new one. */
export class ClosedError extends KafkaError {
  static override readonly kind = 'closed'
  constructor(what: string) {
    super(`${what} is closed; make a new one`)
  }
}

/** A batch of records whose bytes are damaged. */
export class CorruptRecordError extends KafkaError {
  static override readonly kind = 'corrupt'
  readonly topic: string
  readonly partition: number
  /** First offset of the damaged batch. */
  readonly offset: bigint

  constructor(at: { topic: string; partition: number; offset: bigint }, reason: string, cause?: unknown) {
    super(`${at.topic}/${at.partition} offset ${at.offset}: ${reason}`, { cause })
    this.topic = at.topic
    this.partition = at.partition
    this.offset = at.offset
  }
}

/** Compressed data that is damaged, or that would grow over a limit. Whoever knows where it lay adds the place. */
export class DecompressionError extends KafkaError {
  static override readonly kind = 'decompression'
  /** Kafka's name of the compression type, such as `lz4`. */
  readonly codec: string
  readonly reason: string
  /** The limit that the data would pass, in bytes; undefined when it is damaged. */
  readonly limit: number | undefined

  constructor(codec: string, reason: string, { limit, cause }: { limit?: number; cause?: unknown } = {}) {
    super(`${codec}: ${reason}`, { cause })
    this.codec = codec
    this.reason = reason
    this.limit = limit
  }
}

/** A consumer has one live subscription at a time. */
export class AlreadyRunningError extends KafkaError {
  static override readonly kind = 'already-running'
  constructor(what: string) {
    super(`${what} already runs; unsubscribe or close it first, or make a second one`)
  }
}

/** There is no live subscription that could be told to do something. */
export class NotRunningError extends KafkaError {
  static override readonly kind = 'not-running'
  constructor(what: string) {
    super(`nobody is subscribed to ${what}; subscribe first`)
  }
}

/** Batches were delivered and none was ever acked, so that there is no room for more. */
export class AckTimeoutError extends KafkaError {
  static override readonly kind = 'ack-timeout'
  /** Ms that messages waited for room. */
  readonly ms: number

  /** @param batch the oldest one that is out */
  constructor(batch: string, ms: number) {
    super(
      `${batch} was delivered, and for ${ms} ms no batch was acked and there is no room for more; ` +
        `call batch.ack(), or subscribe to batch.commit(), when a batch is done; ` +
        `operators that gather batches need a larger maxInFlightBatches`,
    )
    this.ms = ms
  }
}

/** No broker could be reached, neither a known one nor a bootstrap host. */
export class UnavailableError extends KafkaError {
  static override readonly kind = 'unavailable'
  /** What each address said. */
  readonly causes: readonly unknown[]

  constructor(message: string, causes: readonly unknown[]) {
    super(message, { cause: causes[0], remedy: 'retry' })
    this.causes = causes
  }
}

/** Something in this package went wrong that must not; `cause` is what. Please report it. */
export class DefectError extends KafkaError {
  static override readonly kind = 'defect'
  constructor(where: string, cause: unknown) {
    super(
      `${where}: a defect of rx-kafka, please report it: ${cause instanceof Error ? cause.message : inspect(cause)}`,
      { cause },
    )
  }
}

/** The error itself when it is a KafkaError, else a DefectError that wraps it. */
export function asKafkaError(error: unknown, where: string): KafkaError {
  return error instanceof KafkaError ? error : new DefectError(where, error)
}

/** A value in a text for a person: short, quoted, never a page. */
export function inspect(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value === 'symbol') return value.toString()
  if (value instanceof Uint8Array) return `${value.constructor.name} of ${value.length} bytes`
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (value instanceof Promise) return 'a promise'
  if (Array.isArray(value)) return `array of ${value.length}`
  if (typeof value === 'object' && value !== null)
    return `object ${Object.keys(value).slice(0, 5).join(', ')}`.trim()
  return String(value)
}
