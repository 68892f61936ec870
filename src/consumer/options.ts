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
  text,
  type OptionsOf,
  type Settled,
  type Shown,
} from '../kernel'
import { membershipOptions, settleMembership, type MembershipSettings } from '../group'
import type { Deserializer } from './deserializer'
import { hookOptions, type HookSettings } from './hooks'
import { resetPolicy } from './reset-policy'

const mebibyte = 1024 * 1024

export const consumerOptions = {
  /** Which partitions of the only topic to read. Default: all that it has, and those that are added. */
  partitions: new Option<readonly number[], readonly number[] | undefined>(
    'an array of partition numbers, each once',
    undefined,
    asPartitions,
  ),
  /** Makes keys of their bytes: `(bytes, message) => key`, or a promise of it. Default: they stay bytes. */
  keyDeserializer: deserializer('key'),
  /** Makes values of their bytes: `(bytes, message) => value`, or a promise of it. Default: they stay bytes. */
  valueDeserializer: deserializer('value'),
  /** Where offsets are stored, without becoming a member of the group. Default: nowhere. */
  groupId: optional(text('group')),
  /**
   * What says that a batch is done: `'auto'`, reading its messages; `'manual'`, `batch.ack()` or `batch.commit()`.
   * Default `'manual'` with a `groupId`, where `'auto'` is refused, and `'auto'` without.
   */
  ack: optional(oneOf(['auto', 'manual'], 'auto')),
  /** Ms that all room may be out before it is told: an error if nothing was ever acked. Default 30,000. */
  ackTimeoutMs: milliseconds(30_000, 1),
  /** Messages that a batch holds at most. Default 1,000. */
  maxBatchMessages: count(1000),
  /** Batches of one partition that may be out at a time, not acked. Default 64 with `'auto'`, 1 with `'manual'`. */
  maxInFlightBatches: optional(count(1)),
  /** With a `groupId`, what is acked is committed so often, in ms; 0: only when `commit` is called, and at the end. Default 5,000. */
  autoCommitIntervalMs: milliseconds(5000),
  /** With a `groupId`, what is acked is committed after so many messages too. Default: only by time. */
  autoCommitCount: optional(count(1)),
  /** Bytes that a broker waits for before it answers, up to `fetchMaxWaitMs`. Default 1. */
  fetchMinBytes: byteCount(1),
  /** Ms that a broker may wait for `fetchMinBytes`. Default 500. */
  fetchMaxWaitMs: milliseconds(500),
  /**
   * Bytes of one answer. Default 4 MiB: what is larger outlives V8's young generation, and costs more to collect than it
   * spares in requests.
   */
  fetchMaxBytes: byteCount(4 * mebibyte),
  /** Bytes of one partition in one answer; with many partitions it may be less. Default 1 MiB. */
  maxPartitionFetchBytes: byteCount(mebibyte),
  /** `'read_committed'` leaves out messages of open and aborted transactions. Default `'read_uncommitted'`. */
  isolationLevel: oneOf(['read_uncommitted', 'read_committed'], 'read_uncommitted'),
  /**
   * Where to go on when the log does not have the wanted offset (any more), when the group has stored none, or when
   * the topic was created anew: `'earliest'`, `'latest'` (default), `{ agoMs }`: the first message of that time or
   * later, or `'none'`: NoOffsetError, LogTruncationError or TopicRecreatedError.
   */
  autoOffsetReset: resetPolicy,
  /** A damaged batch: `'fail'` (default) ends the stream with its CorruptRecordError, `'skip'` goes on behind it. */
  onCorrupt: oneOf(['fail', 'skip'], 'fail'),
}

type Makers<K, V> = {
  readonly keyDeserializer: Deserializer<K>
  readonly valueDeserializer: Deserializer<V>
}

/** Those of a table, with what its deserializers make. What is not bytes needs one. */
type Typed<Table, K, V> = Shown<{
  readonly [Name in keyof Table]?:
    (Name extends keyof Makers<K, V> ? Makers<K, V>[Name] : Table[Name]) | undefined
}> &
  ([Buffer] extends [K] ? unknown : Pick<Makers<K, V>, 'keyDeserializer'>) &
  ([Buffer] extends [V] ? unknown : Pick<Makers<K, V>, 'valueDeserializer'>)

/**
 * @typeParam K what keys are: what `keyDeserializer` makes, which is needed then
 * @typeParam V what values are: what `valueDeserializer` makes, which is needed then
 */
export type ConsumerOptions<K = Buffer, V = Buffer> = Typed<OptionsOf<typeof consumerOptions>, K, V>

export interface ConsumerSettings extends Settled<typeof consumerOptions> {
  readonly ack: 'auto' | 'manual'
  readonly maxInFlightBatches: number
}

const { partitions: _partitions, groupId: _groupId, ...ofBoth } = consumerOptions

export const groupOptions = { ...ofBoth, ...membershipOptions, ...hookOptions }

/**
 * @typeParam K what keys are: what `keyDeserializer` makes, which is needed then
 * @typeParam V what values are: what `valueDeserializer` makes, which is needed then
 */
export type ConsumerGroupOptions<K = Buffer, V = Buffer> = Typed<OptionsOf<typeof groupOptions>, K, V>

/** Those of the reader, those of the membership, and its hooks. */
export function settleGroup(
  groupId: string,
  options: OptionsOf<typeof groupOptions>,
): {
  readonly consumer: ConsumerSettings
  readonly membership: MembershipSettings
  readonly hooks: HookSettings
} {
  settle('group', groupOptions, options)
  const of = (table: object) => entriesOf(options, name => Object.hasOwn(table, name))
  return {
    consumer: settleConsumer({ ...of(ofBoth), groupId }),
    membership: settleMembership(of(membershipOptions)),
    hooks: settle('group', hookOptions, of(hookOptions)),
  }
}

function entriesOf(options: object, isWanted: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => isWanted(name)))
}

/** With the defaults that hang on other options. */
export function settleConsumer(options: OptionsOf<typeof consumerOptions>): ConsumerSettings {
  const settings = settle('consumer', consumerOptions, options)
  const { groupId, ack = groupId === undefined ? 'auto' : 'manual' } = settings
  if (ack === 'auto' && groupId !== undefined) {
    throw new ArgumentError(
      'consumer option ack',
      ack,
      `'manual' with a groupId: what is only read must not be committed as done`,
    )
  }
  return { ...settings, ack, maxInFlightBatches: settings.maxInFlightBatches ?? (ack === 'auto' ? 64 : 1) }
}

function deserializer(
  what: 'key' | 'value',
): Option<Deserializer<unknown>, Deserializer<unknown> | undefined> {
  return optional(
    collaborator<Deserializer<unknown>>(`a function (bytes, message) => ${what}`, ignored, 'function'),
  )
}

/** Stands where an optional function has no default. */
function ignored(): null {
  return null
}

function asPartitions(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size < value.length) return undefined
  return value.every(partition => Number.isInteger(partition) && partition >= 0)
    ? [...(value as number[])]
    : undefined
}
