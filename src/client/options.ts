import {
  byteCount,
  collaborator,
  count,
  flag,
  milliseconds,
  Option,
  optional,
  systemClock,
  systemRandom,
  text,
  type Clock,
  type OptionsOf,
  type Random,
  type Settled,
} from '../kernel'
import { systemDial, systemLookup, type Dial, type Lookup, type TlsOptions } from '../network'
import type { ClientEvent } from './event'
import type { HostPort } from './hosts'

/** Where a log line goes, and the event that it tells of, if any; `debug` namespaces `rx-kafka:*` are fed beside it. */
export type Logger = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  event?: ClientEvent,
) => void

/** Rewrites an advertised address, for tunnels and containers. */
export type AddressMapper = (address: HostPort) => HostPort

export const clientOptions = {
  /** Sent with each request; seen in the broker's logs, metrics and quotas. Default `rx-kafka`. */
  clientId: text('rx-kafka'),
  /** Where this client runs, for reading from the nearest replica (KIP-392). */
  clientRack: optional(text('rack')),
  /** TLS for every connection: `true`, or the options of `node:tls`. Default: none. */
  tls: new Option<boolean | TlsOptions, TlsOptions | false>('true, false or TLS options', false, value => {
    if (typeof value === 'boolean') return value && {}
    return typeof value === 'object' && value !== null ? value : undefined
  }),
  /** How long one call may take in all, retries included, in ms. Default 60,000. */
  timeoutMs: milliseconds(60_000, 1),
  /** How long one request may stay without an answer, in ms. Default 30,000. */
  requestTimeoutMs: milliseconds(30_000, 1),
  /** How long connecting to one address may take, in ms. Default 10,000. */
  connectTimeoutMs: milliseconds(10_000, 1),
  /** First pause before a question is asked again, in ms; doubles, jittered. Default 100. */
  retryBackoffMs: milliseconds(100),
  /** Longest pause before a question is asked again, in ms. Default 1,000. */
  retryBackoffMaxMs: milliseconds(1000),
  /** First pause before a broker is dialled again, in ms; doubles, jittered. Default 50. */
  reconnectBackoffMs: milliseconds(50),
  /** Longest pause before a broker is dialled again, in ms. Default 1,000. */
  reconnectBackoffMaxMs: milliseconds(1000),
  /** Age in ms at which metadata is asked for again. Default 300,000. */
  metadataMaxAgeMs: milliseconds(300_000, 1),
  /** How long metadata may fail before the bootstrap hosts are asked anew, in ms (KIP-1102). Default 300,000. */
  rebootstrapAfterMs: milliseconds(300_000, 1),
  /** A connection without work is closed after this long, in ms; 0: never. Default 540,000. */
  connectionsMaxIdleMs: milliseconds(540_000),
  /** Asking for an unknown topic creates it where the broker allows that. Default true, as in Java. */
  allowAutoTopicCreation: flag(true),
  /**
   * Bytes of fetched messages, decompressed, that all consumers of this client may hold at a time; each that reads has an
   * equal share. Default 64 MiB.
   */
  maxFetchBufferBytes: byteCount(64 * 1024 * 1024),
  /** Bytes that one batch may become when decompressed. Default 64 MiB. */
  maxDecompressedBytes: count(64 * 1024 * 1024),
  /** Rewrites the addresses that brokers advertise. */
  mapAddress: optional(collaborator<AddressMapper>('a function', address => address, 'function')),
  /** Receives log lines. */
  logger: optional(collaborator<Logger>('a function', () => undefined, 'function')),
  /** Opens byte streams: tunnels, proxies, tests. Default TCP and TLS. */
  dial: collaborator<Dial>('a function', systemDial, 'function'),
  /** Resolves names to addresses. Default the system's resolver. */
  lookup: collaborator<Lookup>('a function', systemLookup, 'function'),
  clock: collaborator<Clock>('a Clock', systemClock),
  random: collaborator<Random>('a function', systemRandom, 'function'),
}

export type ClientOptions = OptionsOf<typeof clientOptions>
export type ClientSettings = Settled<typeof clientOptions>
