import type { KafkaError, TopicPartition } from '../../kernel'
import type { ProducerIdentity } from '../identity'
import { GrowingSet } from './growing-set'
import type { TransactionVerdict } from './transaction-verdict'

/** Partitions and groups that take part in a transaction. */
export interface Members {
  readonly partitions: GrowingSet<TopicPartition>
  readonly groups: GrowingSet<string>
}

/** Where a transactional producer stands. */
export type TransactionPhase =
  /** Nobody yet; or somebody whose epoch has to be raised before it goes on (KIP-360). */
  | 'uninitialised'
  | 'initialising'
  /** Between transactions. */
  | 'ready'
  /** In a transaction. */
  | 'open'
  /** Committing: the sends and offsets before the commit have not all ended. */
  | 'flushing'
  /** Committing: the coordinator was told. */
  | 'committing'
  /** In a transaction of which something has failed: it can only be aborted. */
  | 'failed'
  /** Aborting: what is on its way has not all landed. */
  | 'landing'
  /** Aborting: the coordinator was told. */
  | 'aborting'
  /** Aborting: it is over, and the epoch is being raised, since nobody knows which sequences were used. */
  | 'renewing'
  /** Nothing can be done any more but make a new producer. */
  | 'fatal'

/** A transactional producer as its coordinator knows it. Never changed in place. */
export interface TransactionState {
  readonly phase: TransactionPhase
  /** Who we are; to be raised when uninitialised. */
  readonly identity: ProducerIdentity | undefined
  /** Whether partitions take part by being written to (KIP-890), in the transaction that goes on. */
  readonly isV2: boolean
  /** Partitions that take part, as far as the coordinator has to be told of them. */
  readonly added: GrowingSet<TopicPartition>
  /** Partitions that the coordinator is being told of. */
  readonly adding: GrowingSet<TopicPartition>
  /** Partitions that it has to be told of. */
  readonly wanted: GrowingSet<TopicPartition>
  /** Groups whose offsets take part. */
  readonly groups: GrowingSet<string>
  /** The coordinator may know of the transaction, so that it has to hear of its end. */
  readonly isBegun: boolean
  /**
   * A sequence may have been used that nobody may use again, or something that was asked may be carried out late: no
   * other transaction under this epoch.
   */
  readonly needsEpoch: boolean
  /**
   * Of a transaction that was aborted: what of it still is on its way somewhere could become part of the next one, as
   * long as these have heard of no newer epoch.
   */
  readonly unfenced: (Members & { /** We have that epoch. */ readonly isRaised: boolean }) | undefined
  /** Why it can only be aborted, or why nothing can be done. */
  readonly error: KafkaError | undefined
}

export type TransactionEvent =
  | { readonly type: 'initialise' }
  /** The coordinator has given an identity. */
  | { readonly type: 'identified'; readonly identity: ProducerIdentity }
  | { readonly type: 'unidentified'; readonly error: KafkaError; readonly verdict: TransactionVerdict }
  | { readonly type: 'begin'; readonly isV2: boolean }
  /** A batch of the partition wants to leave. */
  | { readonly type: 'wanted'; readonly at: TopicPartition }
  /** All batches that want to leave have said so. */
  | { readonly type: 'gathered' }
  | { readonly type: 'added' }
  | { readonly type: 'not-added' }
  /** A coordinator is about to be told of this group's offsets. */
  | { readonly type: 'joined'; readonly groupId: string }
  /** A send or the offsets of a group have failed, or partitions could not be added. */
  | { readonly type: 'failed'; readonly error: KafkaError; readonly verdict: TransactionVerdict }
  /** Nobody knows which sequences of this identity were used, or what of it still lands. */
  | { readonly type: 'worn'; readonly identity: ProducerIdentity; readonly error: KafkaError }
  /** An attempt of something had no answer: it may be carried out even when the transaction is over. */
  | { readonly type: 'unanswered' }
  | { readonly type: 'commit' }
  | { readonly type: 'abort'; readonly error?: KafkaError | undefined }
  /** All sends and offsets have ended. */
  | { readonly type: 'landed' }
  /** The end is decided; from version 5 of EndTxn on with the identity for all that follows. */
  | { readonly type: 'ended'; readonly identity: ProducerIdentity | undefined }
  | {
      readonly type: 'not-ended'
      readonly error: KafkaError
      readonly verdict: TransactionVerdict
      /** An attempt may have been carried out. */
      readonly isUnknown: boolean
    }
  /** What was `unfenced` knows of the newer epoch. */
  | { readonly type: 'fenced' }
  | { readonly type: 'not-fenced'; readonly error: KafkaError; readonly verdict: TransactionVerdict }

export type TransactionEffect =
  /** InitProducerId: a new one, or this one with its epoch raised. */
  | { readonly type: 'init'; readonly identity: ProducerIdentity | undefined }
  | { readonly type: 'initialised' }
  | { readonly type: 'not-initialised'; readonly error: KafkaError }
  /** Once all batches that want to leave have said so: `gathered`. */
  | { readonly type: 'gather' }
  | { readonly type: 'add-partitions'; readonly partitions: readonly TopicPartition[] }
  /** Batches may leave that could not before. */
  | { readonly type: 'wake' }
  /** What has not left fails, and so does what comes back without having been written. */
  | { readonly type: 'give-up' }
  /** Send what waits; `landed` when all has ended. */
  | { readonly type: 'land' }
  | { readonly type: 'end'; readonly commit: boolean }
  /** Ends a transaction of these under the new epoch, in which there is nothing. */
  | { readonly type: 'fence'; readonly members: Members }
  | { readonly type: 'committed' }
  | { readonly type: 'aborted'; readonly error: KafkaError | undefined }
  /** All that has no outcome fails at once. */
  | { readonly type: 'died'; readonly error: KafkaError }

export interface TransactionStep {
  readonly state: TransactionState
  readonly effects: readonly TransactionEffect[]
}

export const noPartitions = GrowingSet.of<TopicPartition>()

/** Of a producer that is in no transaction. */
export const outside = {
  isV2: false,
  added: noPartitions,
  adding: noPartitions,
  wanted: noPartitions,
  groups: GrowingSet.of<string>(),
  isBegun: false,
  needsEpoch: false,
  unfenced: undefined,
  error: undefined,
} as const

/** Of a producer that has asked for nothing. */
export const noTransactions: TransactionState = { ...outside, phase: 'uninitialised', identity: undefined }

/** Whether batches may leave. */
export function isSending({ phase }: TransactionState): boolean {
  return phase === 'open' || phase === 'flushing'
}

/** Whether there is a transaction that will not be committed. */
export function isLost({ phase }: TransactionState): boolean {
  return (
    phase === 'failed' ||
    phase === 'landing' ||
    phase === 'aborting' ||
    phase === 'renewing' ||
    phase === 'fatal'
  )
}
