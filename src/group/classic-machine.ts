import type { KafkaError, TopicPartition } from '../kernel'
import type { ClassicEffect, ClassicEvent, ClassicState, ClassicStep, Joined } from './classic-state'
import type { MemberVerdict } from './verdict'

type Partitions = readonly TopicPartition[]

/** The next state, and what is to be done. What cannot happen in a state, or comes too late, changes nothing. */
export function reduceClassic<J extends Joined>(
  state: ClassicState<J>,
  event: ClassicEvent<J>,
): ClassicStep<J> {
  switch (event.type) {
    case 'start':
      return state.phase === 'unjoined' ? join(state) : unchanged(state)
    case 'named':
      return named(state, event.memberId)
    case 'joined':
      return joined(state, event.joined)
    case 'synced':
      return synced(state, event.partitions)
    case 'failed':
      return failed(state, event)
    case 'paused':
      return paused(state)
    case 'refused':
      return event.generation === state.generation ? refused(state, event) : unchanged(state)
    case 'expired':
      return event.generation === state.generation
        ? lostTouch(state, event.error, state.memberId)
        : unchanged(state)
    case 'changed':
      return event.generation === state.generation && state.phase === 'stable'
        ? revoke(state, 'revoking')
        : unchanged(state)
    case 'revoked':
      return event.partitions === state.owned ? revoked(state) : unchanged(state)
    case 'leave':
      return leave(state)
    case 'left':
      return state.phase === 'leaving' ? over(state) : unchanged(state)
    case 'broken':
      return broken(state, event.error)
  }
}

function step<J extends Joined>(state: ClassicState<J>, ...effects: ClassicEffect<J>[]): ClassicStep<J> {
  return { state, effects }
}

function unchanged<J extends Joined>(state: ClassicState<J>): ClassicStep<J> {
  return { state, effects: [] }
}

/** Owns nothing and is in no generation from now on. */
function join<J extends Joined>(
  state: ClassicState<J>,
  memberId = state.memberId,
  ...before: ClassicEffect<J>[]
): ClassicStep<J> {
  const next = { ...outside(state), phase: 'joining', memberId, isAsking: true } as const
  return step(next, ...before, { type: 'join', memberId })
}

function outside<J extends Joined>(state: ClassicState<J>): ClassicState<J> {
  return { ...state, generation: undefined, owned: undefined }
}

function named<J extends Joined>(state: ClassicState<J>, memberId: string): ClassicStep<J> {
  if (!state.isAsking) return unchanged(state)
  if (state.phase === 'joining') return join(state, memberId)
  return state.phase === 'leaving' ? sayGoodbye(state, memberId) : unchanged(state)
}

function joined<J extends Joined>(state: ClassicState<J>, generation: J): ClassicStep<J> {
  const { memberId } = generation
  if (!state.isAsking) return unchanged(state)
  if (state.phase === 'joining')
    return step({ ...state, phase: 'syncing', memberId, generation }, { type: 'sync', generation })
  return state.phase === 'leaving' ? sayGoodbye(state, memberId) : unchanged(state)
}

function synced<J extends Joined>(state: ClassicState<J>, owned: Partitions): ClassicStep<J> {
  if (state.phase !== 'syncing' || !state.isAsking) return unchanged(state)
  return step(
    { ...state, phase: 'stable', owned, isAsking: false, failures: 0 },
    { type: 'assign', partitions: owned },
  )
}

function failed<J extends Joined>(
  state: ClassicState<J>,
  { error, verdict }: { readonly error: KafkaError; readonly verdict: MemberVerdict },
): ClassicStep<J> {
  if (!state.isAsking) return unchanged(state)
  if (state.phase === 'leaving') return over(state)
  if (verdict === 'fatal' || verdict === 'fenced') return die(state, error, verdict === 'fenced')
  if (state.phase === 'syncing' && verdict === 'rebalance') return join(state)
  const failures = state.failures + 1
  const next = verdict === 'again' ? state : { ...outside(state), phase: 'joining' as const }
  const memberId = verdict === 'unknown' ? '' : state.memberId
  return step(
    { ...next, memberId, isAsking: false, failures },
    { type: 'pause', failures: state.failures, error },
  )
}

function paused<J extends Joined>(state: ClassicState<J>): ClassicStep<J> {
  if (state.isAsking) return unchanged(state)
  if (state.phase === 'joining') return join(state)
  if (state.phase !== 'syncing') return unchanged(state)
  return step({ ...state, isAsking: true }, { type: 'sync', generation: state.generation! })
}

function refused<J extends Joined>(
  state: ClassicState<J>,
  { error, verdict }: { readonly error: KafkaError; readonly verdict: MemberVerdict },
): ClassicStep<J> {
  switch (verdict) {
    case 'again':
      return unchanged(state)
    case 'rebalance':
      return state.phase === 'stable' ? revoke(state, 'revoking') : unchanged(state)
    case 'stale':
      return lostTouch(state, error, state.memberId)
    case 'unknown':
      return lostTouch(state, error, '')
    case 'fenced':
    case 'fatal':
      return state.phase === 'syncing' ? unchanged(state) : die(state, error, verdict === 'fenced')
  }
}

/** The group may have given to others what this member owned. While it syncs it owns nothing, and will hear it by that. */
function lostTouch<J extends Joined>(
  state: ClassicState<J>,
  error: KafkaError,
  memberId: string,
): ClassicStep<J> {
  if (state.owned === undefined) return unchanged(state)
  const lose = { type: 'lose', partitions: state.owned, error } as const
  if (state.phase !== 'leaving') return join(state, memberId, lose)
  return memberId === '' ? over(state, lose) : sayGoodbye(state, memberId, lose)
}

function revoke<J extends Joined>(state: ClassicState<J>, phase: 'revoking' | 'leaving'): ClassicStep<J> {
  return step({ ...state, phase }, { type: 'revoke', partitions: state.owned! })
}

function revoked<J extends Joined>(state: ClassicState<J>): ClassicStep<J> {
  if (state.phase === 'revoking') return join(state)
  return state.phase === 'leaving' ? sayGoodbye(state, state.memberId) : unchanged(state)
}

function leave<J extends Joined>(state: ClassicState<J>): ClassicStep<J> {
  switch (state.phase) {
    case 'unjoined':
      return over(state)
    case 'joining':
      // Who is given an id and never comes back under it holds up the others until its session is over.
      if (state.isAsking && state.memberId === '') return step({ ...state, phase: 'leaving' })
      return sayGoodbye(state, state.memberId)
    case 'syncing':
      return sayGoodbye(state, state.memberId)
    case 'stable':
      return revoke(state, 'leaving')
    case 'revoking':
      return step({ ...state, phase: 'leaving' })
    case 'leaving':
    case 'over':
      return unchanged(state)
  }
}

function sayGoodbye<J extends Joined>(
  state: ClassicState<J>,
  memberId: string,
  ...before: ClassicEffect<J>[]
): ClassicStep<J> {
  if (memberId === '') return over(state, ...before)
  const next = { ...outside(state), phase: 'leaving', memberId, isAsking: false } as const
  return step(next, ...before, { type: 'leave', memberId })
}

function broken<J extends Joined>(state: ClassicState<J>, error: KafkaError): ClassicStep<J> {
  const isLetGo = state.phase === 'leaving' && state.owned === undefined
  return isLetGo || state.phase === 'over' ? unchanged(state) : die(state, error, false)
}

/** The others are told, so that they need not wait for the end of the session; but for one whose place is taken. */
function die<J extends Joined>(state: ClassicState<J>, error: KafkaError, isFenced: boolean): ClassicStep<J> {
  const lost: ClassicEffect<J>[] =
    state.owned === undefined ? [] : [{ type: 'lose', partitions: state.owned, error }]
  const fail = { type: 'fail', error } as const
  return isFenced ? over(state, ...lost, fail) : sayGoodbye(state, state.memberId, ...lost, fail)
}

function over<J extends Joined>(state: ClassicState<J>, ...before: ClassicEffect<J>[]): ClassicStep<J> {
  return step({ ...outside(state), phase: 'over', memberId: '', isAsking: false }, ...before, {
    type: 'ended',
  })
}
