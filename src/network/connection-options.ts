import type { Clock, KafkaError } from '../kernel'
import type { Address } from './address'
import type { Authenticate } from './authenticate'
import type { BrokerVersions } from './broker-versions'
import type { Lookup } from './lookup'
import type { TlsOptions } from './tls-options'
import type { Dial } from './wire'

/** How a connection ended. */
export interface Closed {
  /** By `close()`, by idleness, by the broker while nothing was asked of it, or by a fault. */
  readonly why: 'asked' | 'idle' | 'peer' | 'failed'
  /** Of a fault. */
  readonly error: KafkaError | undefined
  /** How long it could be used, in ms; 0 when it never could. */
  readonly readyMs: number
}

/** What a connection tells its owner. */
export interface ConnectionHandlers {
  /** Requests are being written from now on. */
  ready?(versions: BrokerVersions): void
  /** The broker asked for a pause (KIP-219): nothing is written for `ms`, and no timeout runs. */
  throttled?(ms: number, request: string): void
  /** Called once, before the exchanges that the end fails are told. */
  closed?(closed: Closed): void
}

/** To whom a connection leads, and how long it may take for what. */
export interface ConnectionOptions extends ConnectionHandlers {
  /** Names the broker in errors: `host:port`, with the node id where it is known. */
  readonly broker: string
  readonly target: Address
  readonly clientId: string | null
  readonly clock: Clock
  readonly dial: Dial
  readonly lookup: Lookup
  readonly tls?: TlsOptions | undefined
  readonly authenticate?: Authenticate | undefined
  /** For each address, TLS handshake included, in ms; default 10,000. */
  readonly connectTimeoutMs?: number | undefined
  /** For lookup and all addresses together, in ms; default 30,000, or `connectTimeoutMs` when that is more. */
  readonly connectTimeoutMaxMs?: number | undefined
  /** For an answer, in ms; default 30,000. */
  readonly requestTimeoutMs?: number | undefined
  /** Closes after so long without traffic and with nothing in flight, in ms; default 540,000. */
  readonly idleMs?: number | undefined
  /** Refuses longer answers; default 100 MiB. */
  readonly maxFrameBytes?: number | undefined
  /** What this broker has proven to speak before, when it is too old to be asked: then it is not asked again. */
  readonly proven?: BrokerVersions | undefined
  /** Told to the broker for its metrics; default `rx-kafka`. */
  readonly softwareName?: string | undefined
  /** Default `unknown`. */
  readonly softwareVersion?: string | undefined
}

/** The options with every default filled in. */
export function settleConnection(given: ConnectionOptions) {
  const connectTimeoutMs = given.connectTimeoutMs ?? 10_000
  return {
    ...given,
    connectTimeoutMs,
    connectTimeoutMaxMs: given.connectTimeoutMaxMs ?? Math.max(30_000, connectTimeoutMs),
    requestTimeoutMs: given.requestTimeoutMs ?? 30_000,
    idleMs: given.idleMs ?? 540_000,
    software: { name: given.softwareName ?? 'rx-kafka', version: given.softwareVersion ?? 'unknown' },
  }
}
export type SettledConnection = ReturnType<typeof settleConnection>
