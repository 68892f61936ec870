import { count, milliseconds, oneOf, Option, optional, type OptionsOf, type Settled } from '../../kernel'
import type { StartOffset } from '../start-offset'
import type { Handled } from './run-handler'

/** What becomes of what a handler failed with. */
export type OnProcessError<T> = 'fail' | 'retry' | 'skip' | 'pause' | ((failed: T, error: unknown) => Handled)

/** How long other handlers may take to end when one has failed for good, in ms. */
export const graceMs = 30_000

const choices = ['fail', 'retry', 'skip', 'pause'] as const

const shared = {
  /** Where to begin. Default: `OFFSET_COMMITTED` with a `groupId`, else what `autoOffsetReset` says. */
  from: new Option<StartOffset, StartOffset | undefined>(
    'a start offset',
    undefined,
    value => value as StartOffset,
  ),
  /**
   * When the handler fails: `'fail'` (default) lets the other handlers end, commits, and ends the stream with a
   * ProcessingError; `'retry'` calls it again after a pause that grows, at most `maxAttempts` times, and then fails;
   * `'skip'` goes on behind it, with an event; `'pause'` pauses the partition, with an event, until `resume`. A function
   * is called with what failed and why, for a dead letter: when what it answers has ended, it is done.
   */
  onError: new Option<OnProcessError<never>, OnProcessError<never>>(
    `one of 'fail', 'retry', 'skip', 'pause', or a function`,
    'fail',
    value =>
      typeof value === 'function' || (choices as readonly unknown[]).includes(value)
        ? (value as OnProcessError<never>)
        : undefined,
  ),
  /** How often the handler is called for the same with `onError: 'retry'`. Default 5. */
  maxAttempts: count(5),
  /** First pause before the handler is called again, in ms; doubles, jittered. Default 100. */
  retryBackoffMs: milliseconds(100),
  /** Longest pause before the handler is called again, in ms. Default 10,000. */
  retryBackoffMaxMs: milliseconds(10_000),
  /** Ms that the handler may take for one call; then it has failed for good. Default 300,000. */
  maxProcessingMs: milliseconds(300_000, 1),
}

export const processOptions = {
  ...shared,
  /** Batches that are worked on at a time, each of another partition. Default: one for each partition. */
  maxConcurrency: optional(count(1)),
}

export const eachOptions = {
  ...shared,
  /**
   * What is worked on in order: `'partition'` (default), one message of a partition after another; `'key'`, messages of one
   * key (those without a key: of one partition) after another; `'unordered'`.
   */
  ordering: oneOf(['partition', 'key', 'unordered'], 'partition'),
  /** Messages that are worked on at a time. Default 64. */
  maxConcurrency: count(64),
  /** Messages of a partition between the first that is not done and the last that was begun. Default 1,000. */
  maxUncommitted: count(1000),
}

type Common<T, Table extends typeof shared> = Omit<OptionsOf<Table>, 'onError'> & {
  readonly onError?: OnProcessError<T> | undefined
}

/** @typeParam T what the handler is called with */
export type ProcessOptions<T> = Common<T, typeof processOptions>
export type EachOptions<T> = Common<T, typeof eachOptions>
export type TaskSettings = Settled<typeof shared>
