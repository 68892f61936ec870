import type { KafkaError, TopicPartition } from '../../kernel'
import type { ProducerIdentity } from '../identity'
import type { TransactionVerdict } from './transaction-verdict'

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
  /** Partitions that take part. */
  readonly added: ReadonlySet<TopicPartition>
  /** Partitions that the coordinator is being told of. */
  readonly adding: ReadonlySet<TopicPartition>
  /** Partitions that it has to be told of. */
  readonly wanted: ReadonlySet<TopicPartition>
  /** The coordinator may know of the transaction, so that it has to hear of its end. */
  readonly isBegun: boolean
  /** A sequence may have been used that nobody may use again: no other transaction under this epoch. */
  readonly needsEpoch: boolean
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
  /** A coordinator is about to be told of a group's offsets. */
  | { readonly type: 'joined' }
  /** A send or the offsets of a group have failed, or partitions could not be added. */
  | { readonly type: 'failed'; readonly error: KafkaError; readonly verdict: TransactionVerdict }
  /** Nobody knows which sequences of this identity were used. */
  | { readonly type: 'worn'; readonly identity: ProducerIdentity; readonly error: KafkaError }
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
  | { readonly type: 'committed' }
  | { readonly type: 'aborted'; readonly error: KafkaError | undefined }
  /** All that has no outcome fails at once. */
  | { readonly type: 'died'; readonly error: KafkaError }

export interface TransactionStep {
  readonly state: TransactionState
  readonly effects: readonly TransactionEffect[]
}

const nothing: ReadonlySet<TopicPartition> = new Set()

const empty = {
  isV2: false,
  added: nothing,
  adding: nothing,
  wanted: nothing,
  isBegun: false,
  needsEpoch: false,
  error: undefined,
} as const

/** Of a producer that has asked for nothing. */
export const noTransactions: TransactionState = { ...empty, phase: 'uninitialised', identity: undefined }

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

/** The next state, and what is to be done. What cannot happen in a state changes nothing. */
export function reduceTransaction(state: TransactionState, event: TransactionEvent): TransactionStep {
  if (state.phase === 'fatal') return unchanged(state)
  switch (event.type) {
    case 'initialise':
      return state.phase === 'uninitialised'
        ? step({ ...state, phase: 'initialising' }, { type: 'init', identity: state.identity })
        : unchanged(state)
    case 'identified':
      return identified(state, event.identity)
    case 'unidentified':
      return unidentified(state, event)
    case 'begin':
      return state.phase === 'ready' ? step({ ...state, phase: 'open', isV2: event.isV2 }) : unchanged(state)
    case 'wanted':
      return wanted(state, event.at)
    case 'gathered':
      return gathered(state)
    case 'added':
      return added(state)
    case 'not-added':
      return step({ ...state, adding: nothing })
    case 'joined':
      return isSending(state) ? step({ ...state, isBegun: true }) : unchanged(state)
    case 'worn':
      return worn(state, event)
    case 'failed':
      return failed(state, event)
    case 'commit':
      return commit(state)
    case 'abort':
      return abort(state, event.error)
    case 'landed':
      return landed(state)
    case 'ended':
      return ended({ ...state, identity: event.identity ?? state.identity }, event.identity !== undefined)
    case 'not-ended':
      return notEnded(state, event)
  }
}

function step(state: TransactionState, ...effects: TransactionEffect[]): TransactionStep {
  return { state, effects }
}

function unchanged(state: TransactionState): TransactionStep {
  return { state, effects: [] }
}

/** Between transactions. */
function ready(state: TransactionState, ...effects: TransactionEffect[]): TransactionStep {
  return step({ ...empty, phase: 'ready', identity: state.identity }, ...effects)
}

/** The next transaction needs another epoch, which whoever begins it asks for. */
function uninitialised(state: TransactionState, ...effects: TransactionEffect[]): TransactionStep {
  return step({ ...empty, phase: 'uninitialised', identity: state.identity }, ...effects)
}

function died(state: TransactionState, error: KafkaError): TransactionStep {
  return step(
    { ...empty, phase: 'fatal', identity: state.identity, isBegun: state.isBegun, error },
    { type: 'died', error },
  )
}

function identified(state: TransactionState, identity: ProducerIdentity): TransactionStep {
  if (state.phase === 'initialising') return ready({ ...state, identity }, { type: 'initialised' })
  if (state.phase === 'renewing')
    return ready({ ...state, identity }, { type: 'aborted', error: state.error })
  return unchanged(state)
}

function unidentified(
  state: TransactionState,
  { error, verdict }: Extract<TransactionEvent, { type: 'unidentified' }>,
): TransactionStep {
  if (state.phase !== 'initialising' && state.phase !== 'renewing') return unchanged(state)
  if (verdict === 'fatal') return died(state, error)
  if (state.phase === 'initialising') return uninitialised(state, { type: 'not-initialised', error })
  return uninitialised(state, { type: 'aborted', error: state.error })
}

function wanted(state: TransactionState, at: TopicPartition): TransactionStep {
  const { added, adding, isV2 } = state
  if (!isSending(state) || added.has(at) || adding.has(at) || state.wanted.has(at)) return unchanged(state)
  if (isV2) return step({ ...state, isBegun: true, added: new Set([...added, at]) })
  const next = { ...state, wanted: new Set([...state.wanted, at]) }
  return state.wanted.size === 0 && adding.size === 0 ? step(next, { type: 'gather' }) : step(next)
}

function gathered(state: TransactionState): TransactionStep {
  const { wanted, adding } = state
  if (!isSending(state) || wanted.size === 0 || adding.size > 0) return unchanged(state)
  return step(
    { ...state, isBegun: true, adding: wanted, wanted: nothing },
    { type: 'add-partitions', partitions: [...wanted] },
  )
}

function added(state: TransactionState): TransactionStep {
  const next = { ...state, added: new Set([...state.added, ...state.adding]), adding: nothing }
  if (!isSending(state)) return step(next)
  return state.wanted.size > 0
    ? step(next, { type: 'wake' }, { type: 'gather' })
    : step(next, { type: 'wake' })
}

/** The first failure decides; a transaction whose end has been asked for has nothing left that could fail it. */
function failed(
  state: TransactionState,
  { error, verdict }: { readonly error: KafkaError; readonly verdict: TransactionVerdict },
): TransactionStep {
  if (verdict === 'fatal') return died(state, error)
  if (state.phase === 'open') return step({ ...state, phase: 'failed', error }, { type: 'give-up' })
  if (state.phase === 'flushing') return step({ ...state, phase: 'landing', error }, { type: 'give-up' })
  return unchanged(state)
}

function worn(
  state: TransactionState,
  { identity, error }: Extract<TransactionEvent, { type: 'worn' }>,
): TransactionStep {
  if (identity !== state.identity) return unchanged(state)
  if (state.phase === 'ready') return uninitialised(state)
  return failed({ ...state, needsEpoch: true }, { error, verdict: 'abort' })
}

function commit(state: TransactionState): TransactionStep {
  if (state.phase === 'open') return step({ ...state, phase: 'flushing' }, { type: 'land' })
  return state.phase === 'failed' ? step({ ...state, phase: 'landing' }, { type: 'land' }) : unchanged(state)
}

function abort(state: TransactionState, error: KafkaError | undefined): TransactionStep {
  if (state.phase === 'failed') return step({ ...state, phase: 'landing' }, { type: 'land' })
  if (state.phase !== 'open') return unchanged(state)
  return step({ ...state, phase: 'landing', error }, { type: 'give-up' }, { type: 'land' })
}

function landed(state: TransactionState): TransactionStep {
  const { phase, isBegun, needsEpoch, error } = state
  if (phase === 'flushing')
    return isBegun
      ? step({ ...state, phase: 'committing' }, { type: 'end', commit: true })
      : ready(state, { type: 'committed' })
  if (phase !== 'landing') return unchanged(state)
  if (isBegun) return step({ ...state, phase: 'aborting' }, { type: 'end', commit: false })
  return needsEpoch ? renew(state) : ready(state, { type: 'aborted', error })
}

function ended(state: TransactionState, isRaised: boolean): TransactionStep {
  if (state.phase === 'committing') return ready(state, { type: 'committed' })
  if (state.phase !== 'aborting') return unchanged(state)
  return state.needsEpoch && !isRaised ? renew(state) : ready(state, { type: 'aborted', error: state.error })
}

/**
 * A commit that may have been carried out is never followed by an abort; one that surely was not becomes one. An
 * abort that the coordinator does not take, or that may have been carried out, is made good by the next epoch, for
 * which the coordinator aborts what still goes on.
 */
function notEnded(
  state: TransactionState,
  { error, verdict, isUnknown }: Extract<TransactionEvent, { type: 'not-ended' }>,
): TransactionStep {
  if (state.phase !== 'committing' && state.phase !== 'aborting') return unchanged(state)
  if (verdict === 'fatal' || (state.phase === 'committing' && isUnknown)) return died(state, error)
  if (state.phase === 'aborting')
    return isUnknown ? uninitialised(state, { type: 'aborted', error: state.error }) : renew(state)
  return step({ ...state, phase: 'aborting', error }, { type: 'end', commit: false })
}

function renew(state: TransactionState): TransactionStep {
  return step({ ...state, phase: 'renewing' }, { type: 'init', identity: state.identity })
}
