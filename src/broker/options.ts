import {
  ArgumentError,
  byteCount,
  collaborator,
  count,
  milliseconds,
  oneOf,
  Option,
  optional,
  settle,
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
import {
  checkConfigNames,
  hostToTell,
  isAllAddresses,
  lastPort,
  memoryNetwork,
  portNumber,
  tlsServer,
  wholeFromOne,
} from './option-checks'
import { releases } from './profile'

export type ConfigValue = string | number | boolean

/** Settings by name; what they are is checked where they are used. */
const byName = <T>(expected: string, isOne: (value: unknown) => boolean = () => true) =>
  new Option<Readonly<Record<string, T>>>(expected, {}, value =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isOne)
      ? (value as Readonly<Record<string, T>>)
      : undefined,
  )

const configs = (example: string) =>
  byName<ConfigValue>(`an object of strings, numbers and booleans by config, such as ${example}`, value =>
    ['string', 'number', 'boolean'].includes(typeof value),
  )

/** Of one topic. */
export const topicOptions = {
  /** Default `num.partitions`: 1. */
  partitions: optional(count(1)),
  /** Default as many as there are brokers, three at most. */
  replicationFactor: optional(count(1)),
  /** Kafka's topic configs, such as `{ 'max.message.bytes': 2000 }`. */
  config: configs("{ 'max.message.bytes': 2000 }"),
}

/** A topic to start with. */
export type TopicOptions = OptionsOf<typeof topicOptions>

export const brokerOptions = {
  /** How many; their ids are 1, 2, 3. Default 1. */
  brokers: count(1),
  /** Topics that are there from the start. */
  topics: byName<TopicOptions>('an object of topics by name, such as { orders: { partitions: 12 } }'),
  /** Which release of Kafka to stand for. Default the newest, 4.3. */
  versions: oneOf(releases, '4.3'),
  /** Kafka's broker configs, such as `{ 'auto.create.topics.enable': false }`; a name that Kafka does not know is refused. */
  config: configs("{ 'auto.create.topics.enable': false }"),
  /** Where to listen, on TCP. Default 127.0.0.1. All addresses of a machine (`0.0.0.0`) need an `advertisedHost`. */
  host: text('127.0.0.1'),
  /**
   * The host that clients are told, in `bootstrap` and by the brokers. Default where they listen. For brokers that listen
   * on all addresses of a container, say, `{ host: '0.0.0.0', advertisedHost: 'kafka' }`.
   */
  advertisedHost: optional(new Option('a host that clients can connect to, without a port', '', hostToTell)),
  /** The first broker's port, the others follow; 0 takes free ones. Default 0. */
  port: new Option<number>(`a port from 0 to ${lastPort}`, 0, portNumber),
  /** A rack for each broker, in order (KIP-392); brokers beyond the last have none. */
  racks: new Option<readonly string[]>('an array of strings', [], value =>
    Array.isArray(value) && value.every(rack => typeof rack === 'string') ? value : undefined,
  ),
  /** TLS in place of plain connections: certificate and key, as `node:tls` takes them. Not with `network`. */
  tls: optional(new Option<TlsServerOptions>('key and cert, or pfx, as node:tls takes them', {}, tlsServer)),
  /** A network inside the process in place of TCP. The brokers then live by its clock. */
  network: optional(new Option<MemoryNetwork | undefined>('a MemoryNetwork', undefined, memoryNetwork)),
  /** How long news of topics and leaders takes to each broker, in ms. Default 5. */
  metadataLagMs: milliseconds(5),
  /** How long the markers of a transaction's end take to be written, in ms. Default 5. */
  transactionMarkerDelayMs: milliseconds(5),
  /** Over so many bytes in all logs together the oldest records go. Default: none do. */
  retentionBytes: optional(new Option<number>('a whole number of bytes from 1', 0, wholeFromOne)),
  /** How many of the last requests can be looked at. Default 1,000. */
  recordedRequests: count(1000, 0),
  /** How many bytes of their frames, in all; older ones go before their number is reached. Default 16 MiB. */
  recordedBytes: byteCount(16 * 1024 * 1024),
  /** Told what happens, such as connections that the broker closes, and why. */
  onEvent: collaborator<(event: BrokerEvent) => void>('a function', () => undefined, 'function'),
  /** Default the network's, and with TCP the system's. */
  clock: collaborator<Clock>('a Clock', systemClock),
  /** Ids, and faults that strike by chance. */
  random: collaborator<Random>('a function', systemRandom, 'function'),
}

export type EmbeddedKafkaOptions = OptionsOf<typeof brokerOptions>
export type BrokerSettings = Settled<typeof brokerOptions>

/** Checks what was passed. Throws an ArgumentError that names what cannot be, also of options together. */
export function settleOptions(given: EmbeddedKafkaOptions): BrokerSettings {
  const settings = settle('EmbeddedKafka', brokerOptions, given)
  const { brokers, port, racks, config, host, advertisedHost, network } = settings
  checkConfigNames('EmbeddedKafka option config', config)
  if (network === undefined && advertisedHost === undefined && isAllAddresses(host))
    throw new ArgumentError(
      'EmbeddedKafka option host',
      host,
      'a host that clients can connect to, or another that they are told: option advertisedHost',
    )
  const highest = lastPort + 1 - brokers
  if (port > highest)
    throw new ArgumentError(
      'EmbeddedKafka option port',
      port,
      `a port from 1 to ${highest}, so that ${brokers} brokers find room, or 0 for free ones`,
    )
  if (racks.length > brokers)
    throw new ArgumentError(
      'EmbeddedKafka option racks',
      racks,
      `at most one for each of the ${brokers} brokers`,
    )
  return settings
}
