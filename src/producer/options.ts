import {
  ArgumentError,
  byteCount,
  collaborator,
  compressionTypes,
  count,
  flag,
  milliseconds,
  oneOf,
  Option,
  optional,
  settle,
  text,
  type Bytes,
  type OptionsOf,
  type Settled,
  type Shown,
} from '../kernel'
import { checkLevel } from '../compression'
import {
  consistentHash,
  hashed,
  random,
  roundRobin,
  sticky,
  type ChoosePartition,
  type Partitioner,
} from '../partitioners'
import { foreignProducerOptions } from './foreign-options'
import type { KeyMaker, Serializer } from './serializer'

const partitionerExpected = 'a partitioner or a function (key, partitions) => partition'

export const producerOptions = {
  /**
   * Who chooses partitions: `hashed()` (default), `sticky()`, `roundRobin()`, `random()`, `consistentHash()`, or a function
   * `(key, partitions) => partition`, where the key is encoded or null. One that throws, or answers what is no
   * partition of the topic, fails that call alone with an ArgumentError.
   */
  partitioner: new Option<Partitioner | ChoosePartition, Partitioner>(
    partitionerExpected,
    hashed(),
    asPartitioner,
  ),
  /** Makes the bytes of values that are none: `(value, topic) => bytes`, or a promise of them. */
  serializer: optional(
    collaborator<Serializer<never>>('a function (value, topic) => bytes', ignored, 'function'),
  ),
  /** Makes keys for calls that give none: `(value, topic) => key`. Of a `sendMessages`, from its first value. */
  keyMaker: optional(collaborator<KeyMaker<never>>('a function (value, topic) => key', ignored, 'function')),
  /** Which replicas must have a batch: `'all'` (default), `'leader'`, `'none'`, or -1, 1, 0. */
  acks: oneOf(['all', 'leader', 'none', -1, 1, 0], 'all'),
  /**
   * Whether the broker removes doubles. Default: on with acks `'all'` where the broker can (0.11), and then
   * in order too; asked for by name it is an error where it cannot be had.
   */
  idempotent: optional(flag(true)),
  /** How to compress batches. Default `none`. */
  compression: oneOf(compressionTypes, 'none'),
  /** In the scale of `compression`: gzip 1 to 9, zstd -131072 to 22; the others have none. Default: the codec's. */
  compressionLevel: optional(count(1, -131072)),
  /** Ms that an open batch waits for company, from its first message. Default 0: to the end of this turn. */
  bufferTime: milliseconds(0),
  /** The same as `bufferTime`, by Java's name. */
  lingerMs: optional(milliseconds(0)),
  /** Messages that fill a batch. Default: no limit. */
  bufferCount: optional(count(1)),
  /** Bytes that fill a batch. Default 256 KiB. */
  bufferBytes: byteCount(256 * 1024),
  /** A call over this size is refused, in bytes before compression. Default 1,000,000. */
  maxBatchBytes: byteCount(1_000_000),
  /** What may be held in all, in bytes; past it sends fail with BufferFullError. Default 32 MiB. */
  maxBufferedBytes: byteCount(32 * 1024 * 1024),
  /**
   * Ms that messages of a topic which is not known, or for a partition which it does not have yet, may wait for it, and
   * that a serializer may take. Default 60,000.
   */
  maxBlockMs: milliseconds(60_000),
  /** Ms until a message is delivered or failed, retries and the wait for its topic included. Default 120,000. */
  deliveryTimeoutMs: milliseconds(120_000, 1),
  /**
   * Makes the producer transactional: it sends in transactions only, and ends every older producer of the same id. It is
   * idempotent then, with acks `'all'`.
   */
  transactionalId: optional(text('producer')),
  /** Ms after which the broker aborts a transaction that has not ended. Default 60,000. */
  transactionTimeoutMs: milliseconds(60_000, 1),
  /** Ms that the leader may wait for its replicas. Default 30,000. */
  ackTimeoutMs: milliseconds(30_000, 1),
}

type Table = OptionsOf<typeof producerOptions>
type Makers<Value> = { readonly serializer: Serializer<Value>; readonly keyMaker: KeyMaker<Value> }

/** The options with these values, none of them needed. The keys come from the table, and with them what is said there. */
export type GivenOptions<Value> = Shown<{
  readonly [K in keyof Table]?: (K extends keyof Makers<Value> ? Makers<Value>[K] : Table[K]) | undefined
}>

/** The options of a producer whose values are no bytes, which needs a `serializer`. */
export type SerializingOptions<Value> = Shown<
  Omit<GivenOptions<Value>, 'serializer'> & {
    readonly [K in keyof Pick<Table, 'serializer'>]-?: Serializer<Value>
  }
>

/** @typeParam Value what is sent; a serializer makes bytes of what is none, and is needed then */
export type ProducerOptions<Value = Bytes | null> = [Value] extends [Bytes | null]
  ? GivenOptions<Value>
  : SerializingOptions<Value>
export type ProducerSettings = Settled<typeof producerOptions>

export function settleProducer<Value>(options: GivenOptions<Value>): ProducerSettings {
  const given = settle('producer', producerOptions, options, foreignProducerOptions)
  const settings = { ...given, bufferTime: given.lingerMs ?? given.bufferTime }
  checkLevel(settings.compression, settings.compressionLevel, 'producer option compressionLevel')
  for (const [name, isWrong, expected] of contradictions(settings, options))
    if (isWrong) throw new ArgumentError(`producer option ${name}`, settings[name], expected)
  return settings
}

type Contradiction = readonly [name: keyof ProducerSettings, isWrong: boolean, expected: string]

/** Options that cannot be had together. A default never stands in the way of what was asked for. */
function contradictions(
  { bufferTime, deliveryTimeoutMs, maxBatchBytes, maxBufferedBytes, bufferBytes }: ProducerSettings,
  given: GivenOptions<never>,
): readonly Contradiction[] {
  const asked = (...names: readonly (keyof typeof given)[]) => names.every(name => given[name] !== undefined)
  return [
    [
      'lingerMs',
      asked('lingerMs', 'bufferTime') && given.bufferTime !== bufferTime,
      'one of bufferTime and lingerMs',
    ],
    ['bufferTime', bufferTime >= deliveryTimeoutMs, `less than deliveryTimeoutMs (${deliveryTimeoutMs})`],
    [
      'maxBatchBytes',
      asked('maxBatchBytes', 'maxBufferedBytes') && maxBatchBytes > maxBufferedBytes,
      `at most maxBufferedBytes (${maxBufferedBytes})`,
    ],
    [
      'bufferBytes',
      asked('bufferBytes', 'maxBatchBytes') && bufferBytes > maxBatchBytes,
      `at most maxBatchBytes (${maxBatchBytes})`,
    ],
  ]
}

/** Stands where an optional function has no default. */
function ignored(): null {
  return null
}

const partitioners = { consistentHash, hashed, random, roundRobin, sticky }

function asPartitioner(value: unknown): Partitioner | undefined {
  // Taken for a chooser, it would answer a partitioner for every message.
  for (const [name, make] of Object.entries(partitioners))
    if (value === make) {
      const expected = `${partitionerExpected} (did you mean ${name}()?)`
      throw new ArgumentError('producer option partitioner', value, expected)
    }
  if (typeof value === 'function') return { forTopic: () => value as ChoosePartition }
  return typeof value === 'object' && value !== null && 'forTopic' in value
    ? (value as Partitioner)
    : undefined
}
