import { codecs } from '../../../src/compression'
import type { Message, ReceivedMessage } from '../../../src/kernel'
import { readBatches, type RecordBatch } from '../../../src/protocol'
import {
  defaultLogSettings,
  PartitionLog,
  type AppendOutcome,
  type LogRules,
  type LogSettings,
} from '../../../src/broker/log'
import * as wire from '../../support/wire'

const where = { topic: 'orders', partition: 3 }
/** The time of the tests, in milliseconds since the epoch. */
export const now = 1_700_000_000_000
/** How batches are appended unless a test says otherwise. */
export const usual = { leaderEpoch: 0, now, version: 11 } as const

/** A batch of these messages, or values, with the time of the tests where they have none. */
export const batchOf = (messages: readonly (string | Message)[], options: wire.BatchOptions = {}): Buffer =>
  wire.batchOf(messages, { timestamp: now, ...options })

/** A log of these settings over Kafka's defaults. */
export const logOf = (settings: Partial<LogSettings> = {}, rules?: LogRules): PartitionLog =>
  new PartitionLog(where, () => ({ ...defaultLogSettings, ...settings }), codecs, rules)

/** The batches in these bytes. */
export const batchesIn = (bytes: Buffer): RecordBatch[] => [...readBatches(bytes, { ...where, codecs })]

/** The batches that a log keeps, as they are read from it. */
export const stored = (log: PartitionLog): RecordBatch[] =>
  [...log.batches()].flatMap(({ bytes }) => batchesIn(bytes))

const line = ({ offset, key, value }: ReceivedMessage): string => `${offset} ${key ? `${key}=` : ''}${value}`

/** `offset key=value` of each record that a log keeps. */
export const listed = (log: PartitionLog): string[] => stored(log).flatMap(batch => batch.records().map(line))

/** What became of an append, in short: its first offset, or the error. */
export const inShort = (outcome: AppendOutcome): string =>
  outcome.error ?? `${outcome.duplicate ? 'duplicate ' : ''}${outcome.baseOffset}`
