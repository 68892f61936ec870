import type { ProducerIdentity } from './identity'
import type { Sent, SequenceEffect, SequenceEvent, Sequences, Trouble } from './sequences-state'

/** Sequences are counted from 0 to 2^31 - 1 and then from 0 again. */
const sequenceCount = 2 ** 31

interface Step<B> {
  readonly state: Sequences<B>
  readonly effects: readonly SequenceEffect<B>[]
}

const none: Sequences<never> = {
  identity: undefined,
  next: 0,
  sent: [],
  isHeld: false,
  isProven: false,
  trouble: undefined,
}

const fresh = {
  isFlying: true,
  maybeWritten: false,
  isOver: false,
  isMissed: false,
  isAdrift: false,
  fate: 'resend',
} as const

/** Of a partition to which nothing was sent. */
export function noSequences<B>(): Sequences<B> {
  return none
}

/** What may leave now: one of those that came back, a new one, or nothing. */
export function nextToLeave<B>(
  { sent, isHeld, isProven, trouble, identity }: Sequences<B>,
  current: ProducerIdentity | undefined,
  maxFlying: number,
): B | 'new' | undefined {
  if (isHeld) return undefined
  let flying = 0
  let isSearching = false
  for (const { isFlying, isMissed, fate, batch } of sent) {
    if (isFlying) flying++
    else if (isMissed) isSearching = true
    else return fate === 'resend' && flying < limit(isProven, identity, maxFlying) ? batch : undefined
  }
  if (trouble || isSearching) return undefined
  // An identity is changed between batches, when the last one under the old identity has its outcome.
  if (identity !== current) return sent.length === 0 ? 'new' : undefined
  return flying < limit(isProven, identity, maxFlying) ? 'new' : undefined
}

/** A broker that does not know the producer takes any sequence: the first batch goes alone. */
function limit(isProven: boolean, identity: ProducerIdentity | undefined, maxFlying: number): number {
  return isProven || identity === undefined ? maxFlying : 1
}

/** The next state, and what is to be done. */
export function reduceSequences<B>(state: Sequences<B>, event: SequenceEvent<B>): Step<B> {
  switch (event.type) {
    case 'left':
      return { state: left(state, event), effects: [] }
    case 'left-again':
      return { state: changed(state, event.batch, { isFlying: true }), effects: [] }
    case 'acknowledged':
      return acknowledged(state, event.batch)
    case 'refused':
      return refused(state, event)
    case 'expired':
      return expired(state, event.batch)
    case 'other-broker':
      return { state: soughtAnew(state), effects: [] }
    case 'other-log':
      return otherLog(state)
  }
}

function left<B>(
  state: Sequences<B>,
  { batch, count, identity }: Extract<SequenceEvent<B>, { type: 'left' }>,
): Sequences<B> {
  const isSame = identity === state.identity
  const sequence = isSame ? state.next : 0
  return {
    ...state,
    identity,
    isProven: isSame && state.isProven,
    next: (sequence + count) % sequenceCount,
    sent: [...state.sent, { ...fresh, batch, identity, sequence }],
  }
}

function acknowledged<B>(state: Sequences<B>, batch: B): Step<B> {
  const entry = entryOf(state, batch)
  if (!entry) return { state, effects: [] }
  const found = state.sent.filter(({ isMissed }) => isMissed)
  const proven = { ...taken(state, batch), isProven: true }
  // Behind a batch in trouble, and written all the same: its sequence is used.
  const next = entry.fate === 'resend' ? proven : withEpoch(proven)
  const effects: SequenceEffect<B>[] = found.map(one => ({ type: 'found', batch: one.batch }))
  return landed(next, entry.isOver ? effects : [...effects, { type: 'deliver', batch }])
}

/**
 * Without this batch and those missed before it: the broker knew the producer when it missed them, and takes nothing
 * behind a gap, so they are in the log. It remembers five batches, and after a restart often only the last.
 */
function taken<B>(state: Sequences<B>, batch: B): Sequences<B> {
  const at = state.sent.findIndex(entry => entry.batch === batch)
  const sent = state.sent
    .map((entry, index) => (index < at ? { ...entry, isAdrift: true } : entry))
    .filter((entry, index) => index !== at && !entry.isMissed)
  return { ...state, sent }
}

function refused<B>(state: Sequences<B>, event: Extract<SequenceEvent<B>, { type: 'refused' }>): Step<B> {
  const { batch } = event
  const entry = entryOf(state, batch)
  if (!entry) return { state, effects: [] }
  if (entry.isOver) return landed(without(state, batch), [])
  const maybeWritten = entry.maybeWritten || event.maybeWritten
  const grounded = changed(state, batch, { isFlying: false, maybeWritten })
  if (entry.fate === 'resend') return judged(grounded, { ...event, maybeWritten })
  return entry.fate === 'regroup' && !maybeWritten ? landed(grounded, []) : failFrom(grounded, batch)
}

/** A batch that is not behind another one in trouble. */
function judged<B>(state: Sequences<B>, event: Extract<SequenceEvent<B>, { type: 'refused' }>): Step<B> {
  const { batch, verdict, maybeWritten, isDivisible } = event
  switch (verdict) {
    case 'retry':
      return landed(soughtAnew(state), [{ type: 'retry', batch, pause: true }])
    case 'out-of-order':
      return outOfOrder(state, batch, maybeWritten)
    case 'stranger':
      return isFirstSought(state, batch) ? stranger(state, batch, maybeWritten) : awaiting(state, batch)
    case 'split':
      if (maybeWritten) return failFrom(state, batch)
      if (isDivisible) return regroupFrom(state, batch, { divide: batch }, [])
      return regroupFrom(state, batch, {}, [{ type: 'fail', batch, maybeWritten: false }])
    case 'fail':
      return failFrom(state, batch)
  }
}

/** The broker has nothing of what precedes it, or too much to know it again. */
function outOfOrder<B>(state: Sequences<B>, batch: B, maybeWritten: boolean): Step<B> {
  if (!isFirstSought(state, batch)) return awaiting(state, batch)
  if (entryOf(state, batch)!.isAdrift) return stranger(state, batch, maybeWritten)
  const missed = changed(state, batch, { isMissed: true })
  // Where this one surely is not, none behind it can be.
  return maybeWritten ? landed(missed, []) : absent(missed, [])
}

/** The broker cannot say whether it has the batch. */
function stranger<B>(state: Sequences<B>, batch: B, maybeWritten: boolean): Step<B> {
  const lost = [{ type: 'data-lost', batch }] as const
  return maybeWritten ? failFrom(state, batch, lost) : regroupFrom(state, batch, { needsEpoch: true }, lost)
}

/** One before it came back as well, and has to be there first. */
function awaiting<B>(state: Sequences<B>, batch: B): Step<B> {
  return landed(state, [{ type: 'retry', batch, pause: false }])
}

function isFirstSought<B>({ sent }: Sequences<B>, batch: B): boolean {
  return sent.find(({ isMissed }) => !isMissed)?.batch === batch
}

/** What was missed is asked for again, from the first on. */
function soughtAnew<B>(state: Sequences<B>): Sequences<B> {
  if (!state.sent[0]?.isMissed) return state
  return { ...state, sent: state.sent.map(entry => ({ ...entry, isMissed: false })) }
}

/**
 * All that may be in the log was missed, so nothing of it is: a broker that knows a producer knows its last batch. What
 * it has acknowledged before is lost.
 */
function absent<B>(state: Sequences<B>, before: readonly SequenceEffect<B>[]): Step<B> {
  // But one that has failed behind them may be the last.
  const isSure = !state.trouble?.needsEpoch
  const sent = state.sent.map(entry => (entry.isMissed && isSure ? { ...entry, maybeWritten: false } : entry))
  const { batch, maybeWritten } = sent[0]!
  const { state: next, effects } = stranger(soughtAnew({ ...state, sent }), batch, maybeWritten)
  return { state: next, effects: [...before, ...effects] }
}

/** The batch (unless it fails itself) and those behind it leave again under new sequences, once all have landed. */
function regroupFrom<B>(
  state: Sequences<B>,
  batch: B,
  { divide, needsEpoch = false }: { divide?: B; needsEpoch?: boolean },
  effects: readonly SequenceEffect<B>[],
): Step<B> {
  const at = state.sent.findIndex(entry => entry.batch === batch)
  const { sequence } = state.sent[at]!
  const isOut = effects.some(({ type }) => type === 'fail')
  const sent = state.sent
    .map((entry, index) =>
      index < at || entry.fate === 'fail' ? entry : { ...entry, isMissed: false, fate: 'regroup' as const },
    )
    .filter(entry => !(isOut && entry.batch === batch))
  // Those that were behind it may be in trouble of their own already.
  const wasWorn = state.trouble?.needsEpoch ?? false
  const regrouped = { ...state, sent, trouble: { divide, needsEpoch: needsEpoch || wasWorn, sequence } }
  // One that came back earlier may have been written under the sequence that it has.
  const doubtful = sent.find(
    ({ fate, isFlying, maybeWritten }) => fate === 'regroup' && !isFlying && maybeWritten,
  )
  return doubtful ? failFrom(regrouped, doubtful.batch, effects) : landed(regrouped, effects)
}

/** The batch fails, and all behind it: what is here at once, what flies when it lands and was not written. */
function failFrom<B>(state: Sequences<B>, batch: B, before: readonly SequenceEffect<B>[] = []): Step<B> {
  const at = state.sent.findIndex(entry => entry.batch === batch)
  const first = state.sent[at]!
  const isFailing = (entry: Sent<B>, index: number): boolean =>
    index >= at && !entry.isFlying && !entry.isOver
  const failing = state.sent.filter(isFailing)
  const sent = state.sent
    .map((entry, index) => (index < at ? entry : { ...entry, fate: 'fail' as const }))
    .filter((entry, index) => !isFailing(entry, index))
  const trouble: Trouble<B> = {
    divide: state.trouble?.divide,
    needsEpoch:
      (state.trouble?.needsEpoch ?? false) || first.isOver || failing.some(entry => entry.maybeWritten),
    sequence: first.fate === 'resend' ? first.sequence : state.trouble!.sequence,
  }
  const effects: SequenceEffect<B>[] = [...before]
  for (const entry of failing) {
    effects.push({ type: 'fail', batch: entry.batch, maybeWritten: entry.maybeWritten })
  }
  // What has not left is behind it too; unless all this was said when one before it failed.
  if (first.fate !== 'fail') effects.push({ type: 'fail-queue' })
  return landed({ ...state, sent, trouble }, effects)
}

function expired<B>(state: Sequences<B>, batch: B): Step<B> {
  const entry = entryOf(state, batch)
  if (!entry || entry.isOver) return { state, effects: [] }
  if (!entry.isFlying) return failFrom(state, batch)
  const over = changed(state, batch, { isOver: true, maybeWritten: true })
  return failFrom(over, batch, [{ type: 'fail', batch, maybeWritten: true }])
}

/** The new log knows nothing of us: what has a number keeps it, what comes next gets another epoch. */
function otherLog<B>(state: Sequences<B>): Step<B> {
  const { identity } = state
  const sent = state.sent.map(entry => ({ ...entry, isMissed: false, isAdrift: true }))
  return { state: { ...state, sent }, effects: identity ? [{ type: 'renew', identity }] : [] }
}

/** Something has landed: if it was the last of what is in trouble, the trouble is over. */
function landed<B>(state: Sequences<B>, effects: readonly SequenceEffect<B>[]): Step<B> {
  const { sent, trouble } = state
  const isFlying = sent.some(entry => entry.isFlying)
  const isHeld = isFlying && (state.isHeld || trouble !== undefined || sent.some(entry => !entry.isFlying))
  const next = isHeld === state.isHeld ? state : { ...state, isHeld }
  const isWholeMissed = sent.every(({ fate, isMissed }) => fate !== 'resend' || isMissed)
  if (sent[0]?.isMissed && !isFlying && isWholeMissed) return absent(next, effects)
  const isGoingOn = isFlying || sent.some(entry => entry.fate === 'resend')
  return trouble && !isGoingOn ? settled(next, trouble, effects) : { state: next, effects }
}

/** What is left was surely not written and leaves again, under the sequences that are free or a new epoch. */
function settled<B>(
  state: Sequences<B>,
  { needsEpoch, sequence, divide }: Trouble<B>,
  before: readonly SequenceEffect<B>[],
): Step<B> {
  const { identity } = state
  const batches = state.sent.map(entry => entry.batch)
  const effects: SequenceEffect<B>[] = [...before]
  if (batches.length > 0) effects.push({ type: 'requeue', batches, divide })
  const calm = { ...state, sent: [], isHeld: false, trouble: undefined }
  if (!needsEpoch) return { state: { ...calm, next: sequence }, effects }
  if (identity) effects.push({ type: 'renew', identity })
  return { state: { ...calm, identity: undefined, next: 0, isProven: false }, effects }
}

function withEpoch<B>(state: Sequences<B>): Sequences<B> {
  return state.trouble ? { ...state, trouble: { ...state.trouble, needsEpoch: true } } : state
}

function entryOf<B>({ sent }: Sequences<B>, batch: B): Sent<B> | undefined {
  return sent.find(entry => entry.batch === batch)
}

function without<B>(state: Sequences<B>, batch: B): Sequences<B> {
  return { ...state, sent: state.sent.filter(entry => entry.batch !== batch) }
}

function changed<B>(state: Sequences<B>, batch: B, change: Partial<Sent<B>>): Sequences<B> {
  const sent = state.sent.map(entry => (entry.batch === batch ? { ...entry, ...change } : entry))
  return { ...state, sent }
}
