import type { ProducerIdentity } from './identity'
import type { Verdict } from './verdict'

/** Sequences are counted from 0 to 2^31 - 1 and then from 0 again. */
const sequenceCount = 2 ** 31

/** What becomes of a batch when it comes back without having been written. */
type Fate =
  /** It leaves again. */
  | 'resend'
  /** It leaves again under a new sequence, since one before it will not be written as it was. */
  | 'regroup'
  /** It fails, since one before it has failed for good. */
  | 'fail'

/** A batch that has left and has no outcome yet. */
export interface Sent<B> {
  readonly batch: B
  readonly identity: ProducerIdentity | undefined
  /** Of its first message. */
  readonly sequence: number
  /** In a request that has no answer; else it is here and waits. */
  readonly isFlying: boolean
  /** An attempt may have been written although it failed. */
  readonly maybeWritten: boolean
  /** Its outcome has been told, only the answer is missing. */
  readonly isOver: boolean
  readonly fate: Fate
}

/** What is under way because a batch cannot simply leave again. Ends when everything behind it has landed. */
interface Trouble<B> {
  /** To be divided when it leaves again. */
  readonly divide: B | undefined
  /** Something may have used a sequence that nobody may use again. */
  readonly needsEpoch: boolean
  /** The first sequence that was not used, if there is no need for a new epoch. */
  readonly sequence: number
}

/** Who numbers the messages of one partition, how far, and which batches have left. Never changed in place. */
export interface Sequences<B> {
  readonly identity: ProducerIdentity | undefined
  readonly next: number
  /** In the order of their sequences. */
  readonly sent: readonly Sent<B>[]
  /** A batch came back while others fly; until they have all landed nothing leaves. */
  readonly isHeld: boolean
  /** The broker has taken a batch of this identity, so that it refuses one that comes before its turn. */
  readonly isProven: boolean
  readonly trouble: Trouble<B> | undefined
}

export type SequenceEvent<B> =
  /** For the first time. */
  | {
      readonly type: 'left'
      readonly batch: B
      readonly count: number
      readonly identity: ProducerIdentity | undefined
    }
  | { readonly type: 'left-again'; readonly batch: B }
  | { readonly type: 'acknowledged'; readonly batch: B }
  | {
      readonly type: 'refused'
      readonly batch: B
      readonly verdict: Verdict
      /** This attempt may have been written. */
      readonly maybeWritten: boolean
      /** It holds the messages of several calls. */
      readonly isDivisible: boolean
    }
  /** Out of time; it may still fly. */
  | { readonly type: 'expired'; readonly batch: B }
  /** Whatever is numbered from here on belongs to another log: the topic was deleted and created again. */
  | { readonly type: 'other-log' }

export type SequenceEffect<B> =
  | { readonly type: 'deliver'; readonly batch: B }
  /** It waits to leave again; `pause` unless the fault is that of a batch before it. */
  | { readonly type: 'retry'; readonly batch: B; readonly pause: boolean }
  | { readonly type: 'fail'; readonly batch: B; readonly maybeWritten: boolean }
  /** What has not left yet fails as well. */
  | { readonly type: 'fail-queue' }
  /** These were surely not written: they leave again before all others, the one to be divided in two. */
  | { readonly type: 'requeue'; readonly batches: readonly B[]; readonly divide: B | undefined }
  /** This identity may not be used here any more. */
  | { readonly type: 'renew'; readonly identity: ProducerIdentity }
  /** The broker does not know what it has acknowledged. */
  | { readonly type: 'data-lost'; readonly batch: B }

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
  for (const { isFlying, fate, batch } of sent) {
    if (isFlying) flying++
    else return fate === 'resend' && flying < limit(isProven, identity, maxFlying) ? batch : undefined
  }
  if (trouble) return undefined
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
  const fresh = { isFlying: true, maybeWritten: false, isOver: false, fate: 'resend' } as const
  return {
    ...state,
    identity,
    isProven: isSame && state.isProven,
    next: (sequence + count) % sequenceCount,
    sent: [...state.sent, { batch, identity, sequence, ...fresh }],
  }
}

function acknowledged<B>(state: Sequences<B>, batch: B): Step<B> {
  const entry = entryOf(state, batch)
  if (!entry) return { state, effects: [] }
  const proven = { ...without(state, batch), isProven: true }
  // Behind a batch in trouble, and written all the same: its sequence is used.
  const next = entry.fate === 'resend' ? proven : withEpoch(proven)
  return landed(next, entry.isOver ? [] : [{ type: 'deliver', batch }])
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
      return landed(state, [{ type: 'retry', batch, pause: true }])
    case 'sequence':
      if (state.sent[0]?.batch !== batch) return landed(state, [{ type: 'retry', batch, pause: false }])
      if (maybeWritten) return failFrom(state, batch, [{ type: 'data-lost', batch }])
      return regroupFrom(state, batch, { needsEpoch: true }, [{ type: 'data-lost', batch }])
    case 'split':
      if (maybeWritten) return failFrom(state, batch)
      if (isDivisible) return regroupFrom(state, batch, { divide: batch }, [])
      return regroupFrom(state, batch, {}, [{ type: 'fail', batch, maybeWritten: false }])
    case 'fail':
      return failFrom(state, batch)
  }
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
      index < at || entry.fate === 'fail' ? entry : { ...entry, fate: 'regroup' as const },
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
  return { state, effects: identity ? [{ type: 'renew', identity }] : [] }
}

/** Something has landed: if it was the last of what is in trouble, the trouble is over. */
function landed<B>(state: Sequences<B>, effects: readonly SequenceEffect<B>[]): Step<B> {
  const { sent, trouble } = state
  const isFlying = sent.some(entry => entry.isFlying)
  const isHeld = isFlying && (state.isHeld || trouble !== undefined || sent.some(entry => !entry.isFlying))
  const next = isHeld === state.isHeld ? state : { ...state, isHeld }
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
