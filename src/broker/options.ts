import {
  collaborator,
  count,
  milliseconds,
  oneOf,
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
import type { MemoryNetwork, TlsServerOptions } from '../network'
import type { BrokerEvent } from './events'
import { releases } from './profile'

/** A topic to start with. */
export interface TopicOptions {
  /** Default `num.partitions`: 1. */
  readonly partitions?: number | undefined
  /** Default as many as there are brokers, three at most. */
  readonly replicationFactor?: number | undefined
  /** Kafka's topic configs, such as `{ 'max.message.bytes': 2000 }`. */
  readonly config?: Readonly<Record<string, ConfigValue>> | undefined
}

export type ConfigValue = string | number | boolean

/** Settings by name; the values are checked where they are used. */
const byName = <T>(expected: string): Option<Readonly<Record<string, T>>> =>
  new Option(expected, {}, value =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, T>>)
      : undefined,
  )

export const brokerOptions = {
  /** How many; their ids are 1, 2, 3. Default 1. */
  brokers: count(1),
  /** Topics that are there from the start. */
  topics: byName<TopicOptions>('an object of topics by name, such as { orders: { partitions: 12 } }'),
  /** Which release of Kafka to stand for. Default the newest, 4.3. */
  versions: oneOf(releases, '4.3'),
  /** Kafka's broker configs, such as `{ 'auto.create.topics.enable': false }`. */
  config: byName<ConfigValue>('an object of configs by name'),
  /** Where to listen, and what is advertised. Default 127.0.0.1. */
  host: text('127.0.0.1'),
  /** The first broker's port, the others follow; 0 takes free ones. Default 0. */
  port: new Option<number>('a port from 0 to 65535', 0, value =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535
      ? (value as number)
      : undefined,
  ),
  /** A rack for each broker, in order (KIP-392). */
  racks: new Option<readonly string[]>('an array of strings', [], value =>
    Array.isArray(value) && value.every(rack => typeof rack === 'string') ? value : undefined,
  ),
  /** TLS in place of plain connections: certificate and key, as `node:tls` takes them. Not with `network`. */
  tls: optional(collaborator<TlsServerOptions>('TLS options', {})),
  /** A network inside the process in place of TCP. The brokers then live by its clock. */
  network: optional(collaborator<MemoryNetwork | undefined>('a MemoryNetwork', undefined)),
  /** How long news of topics and leaders takes to each broker, in ms. Default 5. */
  metadataLagMs: milliseconds(5),
  /** How long a killed broker is taken for alive, in ms. Default 100. */
  brokerSessionTimeoutMs: milliseconds(100),
  /** Over so many bytes in all logs together the oldest records go. Default: none do. */
  retentionBytes: optional(new Option<number>('a whole number of bytes from 1', 0, wholeFromOne)),
  /** How many of the last requests can be looked at. Default 1,000. */
  recordedRequests: count(1000, 0),
  /** Told what happens, such as connections that the broker closes, and why. */
  onEvent: collaborator<(event: BrokerEvent) => void>('a function', () => undefined, 'function'),
  /** Default the network's, and with TCP the system's. */
  clock: collaborator<Clock>('a Clock', systemClock),
  /** Ids, and faults that strike by chance. */
  random: collaborator<Random>('a function', systemRandom, 'function'),
}

export type EmbeddedKafkaOptions = OptionsOf<typeof brokerOptions>
export type BrokerSettings = Settled<typeof brokerOptions>

function wholeFromOne(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 1 ? (value as number) : undefined
}
