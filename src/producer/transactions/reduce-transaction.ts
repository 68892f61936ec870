import type { KafkaError, TopicPartition } from '../../kernel'
import type { ProducerIdentity } from '../identity'
import {
  isSending,
  noPartitions,
  outside,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionState,
  type TransactionStep,
} from './transaction-state'
import type { TransactionVerdict } from './transaction-verdict'

/** The next state, and what is to be done. What cannot happen in a state changes nothing. */
export function reduceTransaction(state: TransactionState, event: TransactionEvent): TransactionStep {
  if (state.phase === 'fatal') return unchanged(state)
  switch (event.type) {
    case 'begin':
      return state.phase === 'ready' ? step({ ...state, phase: 'open', isV2: event.isV2 }) : unchanged(state)
    case 'wanted':
      return wanted(state, event.at)
    case 'gathered':
      return gathered(state)
    case 'added':
      return added(state)
    case 'not-added':
      return step({ ...state, adding: noPartitions })
    case 'joined':
      return joined(state, event.groupId)
    case 'worn':
      return worn(state, event)
    case 'failed':
      return failed(state, event)
    case 'unanswered':
      return step({ ...state, needsEpoch: true })
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
    default:
      return reduceIdentity(state, event)
  }
}

type IdentityEvent = Extract<
  TransactionEvent,
  { type: 'initialise' | 'identified' | 'unidentified' | 'fenced' | 'not-fenced' }
>

/** Who we are, and who has heard of it. */
function reduceIdentity(state: TransactionState, event: IdentityEvent): TransactionStep {
  switch (event.type) {
    case 'initialise':
      return state.phase === 'uninitialised' ? raised({ ...state, phase: 'initialising' }) : unchanged(state)
    case 'identified':
      return identified(state, event.identity)
    case 'unidentified':
    case 'not-fenced':
      return unidentified(state, event)
    case 'fenced':
      return fenced(state)
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
  return step({ ...outside, phase: 'ready', identity: state.identity }, ...effects)
}

/** The next transaction needs another epoch, which whoever begins it asks for. */
function uninitialised(state: TransactionState, ...effects: TransactionEffect[]): TransactionStep {
  const { identity, needsEpoch } = state
  const unfenced = state.unfenced && needsEpoch ? { ...state.unfenced, isRaised: false } : state.unfenced
  return step({ ...outside, phase: 'uninitialised', identity, unfenced }, ...effects)
}

function died(state: TransactionState, error: KafkaError): TransactionStep {
  return step(
    { ...outside, phase: 'fatal', identity: state.identity, isBegun: state.isBegun, error },
    { type: 'died', error },
  )
}

/** Gets an epoch that is newer than all that may still be on its way, and has everybody hear of it. */
function raised(state: TransactionState): TransactionStep {
  const { unfenced, identity } = state
  return unfenced?.isRaised
    ? step(state, { type: 'fence', members: unfenced })
    : step(state, { type: 'init', identity })
}

function identified(state: TransactionState, identity: ProducerIdentity): TransactionStep {
  if (state.phase !== 'initialising' && state.phase !== 'renewing') return unchanged(state)
  const { unfenced } = state
  if (!unfenced) return fenced({ ...state, identity, needsEpoch: false })
  return raised({ ...state, identity, needsEpoch: false, unfenced: { ...unfenced, isRaised: true } })
}

/** Nothing that is of an older epoch lands any more, unless asking for that was not answered either. */
function fenced(state: TransactionState): TransactionStep {
  if (state.unfenced && state.needsEpoch) return raised({ ...state, unfenced: undefined })
  if (state.phase === 'initialising') return ready(state, { type: 'initialised' })
  return state.phase === 'renewing' ? ready(state, { type: 'aborted', error: state.error }) : unchanged(state)
}

function unidentified(
  state: TransactionState,
  { error, verdict }: { readonly error: KafkaError; readonly verdict: TransactionVerdict },
): TransactionStep {
  if (state.phase !== 'initialising' && state.phase !== 'renewing') return unchanged(state)
  if (verdict === 'fatal') return died(state, error)
  if (state.phase === 'initialising') return uninitialised(state, { type: 'not-initialised', error })
  return uninitialised(state, { type: 'aborted', error: state.error })
}

/** With KIP-890 a partition takes part by the batch that leaves now. */
function wanted(state: TransactionState, at: TopicPartition): TransactionStep {
  const { added, adding, isV2 } = state
  if (!isSending(state)) return unchanged(state)
  if (isV2) return state.isBegun ? unchanged(state) : step({ ...state, isBegun: true })
  if (added.has(at) || adding.has(at) || state.wanted.has(at)) return unchanged(state)
  const next = { ...state, wanted: state.wanted.with(at) }
  return state.wanted.size === 0 && adding.size === 0 ? step(next, { type: 'gather' }) : step(next)
}

function gathered(state: TransactionState): TransactionStep {
  const { wanted, adding } = state
  if (!isSending(state) || wanted.size === 0 || adding.size > 0) return unchanged(state)
  return step(
    { ...state, isBegun: true, adding: wanted, wanted: noPartitions },
    { type: 'add-partitions', partitions: [...wanted] },
  )
}

function added(state: TransactionState): TransactionStep {
  let { added } = state
  for (const at of state.adding) added = added.with(at)
  const next = { ...state, added, adding: noPartitions }
  if (!isSending(state)) return step(next)
  return state.wanted.size > 0
    ? step(next, { type: 'wake' }, { type: 'gather' })
    : step(next, { type: 'wake' })
}

function joined(state: TransactionState, groupId: string): TransactionStep {
  if (!isSending(state)) return unchanged(state)
  return step({ ...state, isBegun: true, groups: state.groups.with(groupId) })
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
  const isWorn = state.needsEpoch && !isRaised
  if (state.phase === 'committing')
    return isWorn ? uninitialised(doubted(state), { type: 'committed' }) : ready(state, { type: 'committed' })
  if (state.phase !== 'aborting') return unchanged(state)
  return isWorn ? renew(state) : ready(state, { type: 'aborted', error: state.error })
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
    return isUnknown ? uninitialised(doubted(state), { type: 'aborted', error: state.error }) : renew(state)
  return step({ ...state, phase: 'aborting', error }, { type: 'end', commit: false })
}

function renew(state: TransactionState): TransactionStep {
  return raised({ ...doubted(state), phase: 'renewing' })
}

/**
 * Until KIP-890 a transaction ends under the epoch that it had, so that its logs take what lands after that. As part of
 * a transaction that ends under the next epoch they do not, and what has landed by then is aborted with it.
 */
function doubted(state: TransactionState): TransactionState {
  const { isV2, needsEpoch, added: partitions, groups } = state
  if (isV2 || !needsEpoch || partitions.size + groups.size === 0) return state
  return { ...state, unfenced: { partitions, groups, isRaised: false } }
}
