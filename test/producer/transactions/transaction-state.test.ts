import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ClosedError, type TopicPartition } from '../../../src/kernel'
import type { ProducerIdentity } from '../../../src/producer/identity'
import { reduceTransaction } from '../../../src/producer/transactions/reduce-transaction'
import {
  isSending,
  noTransactions,
  type TransactionEffect,
  type TransactionEvent,
  type TransactionState,
} from '../../../src/producer/transactions/transaction-state'

const partitions: readonly TopicPartition[] = [0, 1, 2].map(partition => ({ topic: 'orders', partition }))
const error = new ClosedError('something')
const verdicts = ['abort', 'fatal'] as const

/** Everything around the reducer: what was asked and has no answer, and what is true of the transaction that goes on. */
class World {
  state: TransactionState = noTransactions
  /** Effects that wait for their answer. */
  pending: TransactionEffect[] = []
  begun = 0
  ended = 0
  epoch = 0
  hasFailed = false
  hasBegun = false
  /** How the coordinator was last told to end, and whether that may have been carried out. */
  intent: boolean | undefined
  isUnsure = false
  wasToldEnded = false
  isV2 = false
  /** Something of it may land after its end, in these. */
  isWorn = false
  members = new Set<unknown>()
  isFenced = false
  /** An older question may still reach the coordinator, unless that has heard of a newer epoch since. */
  needsRaise = false

  event(event: TransactionEvent): void {
    if (event.type === 'begin' && this.state.phase === 'ready') this.#begin(event.isV2)
    // What was on its way has landed before the coordinator is told of the end.
    if (event.type === 'worn')
      this.isWorn ||= ['open', 'flushing', 'failed', 'landing'].includes(this.state.phase)
    if (event.type === 'failed' || event.type === 'worn') this.hasFailed ||= isSending(this.state)
    if (event.type === 'joined') this.hasBegun = true
    if (event.type === 'wanted' && this.state.isV2 && isSending(this.state)) this.hasBegun = true
    if (event.type === 'joined' && isSending(this.state)) this.members.add(event.groupId)
    const { state, effects } = reduceTransaction(this.state, event)
    this.state = state
    for (const effect of effects) this.#check(effect)
  }

  /** Answers the effect with what may come of it; by `luck` all goes well. */
  answer(effect: TransactionEffect, luck: number): void {
    this.pending = this.pending.filter(other => other !== effect)
    const verdict = verdicts[luck === 3 ? 1 : 0]
    switch (effect.type) {
      case 'init':
        if (luck < 2) return this.event({ type: 'identified', identity: this.#identity() })
        return this.event({ type: 'unidentified', error, verdict: verdict })
      case 'gather':
        return this.event({ type: 'gathered' })
      case 'add-partitions':
        if (luck < 2) {
          for (const at of effect.partitions) this.members.add(at)
          return this.event({ type: 'added' })
        }
        this.event({ type: 'not-added' })
        return this.event({ type: 'failed', error, verdict: verdict })
      case 'land':
        return this.event({ type: 'landed' })
      case 'end':
        return this.#answerEnd(luck, verdict)
      case 'fence':
        return this.#answerFence(effect, luck, verdict)
      default:
        return undefined
    }
  }

  /** An attempt of what is being asked has no answer. */
  unanswered(): void {
    const isEnding = this.pending.some(({ type }) => ['add-partitions', 'end', 'fence'].includes(type))
    const isJoining = isSending(this.state) && this.state.groups.size > 0
    if (!isEnding && !isJoining) return
    this.isWorn ||= isJoining
    this.needsRaise = true
    this.event({ type: 'unanswered' })
  }

  get isOver(): boolean {
    const { phase } = this.state
    return phase === 'ready' || phase === 'uninitialised' || phase === 'fatal'
  }

  #answerEnd(luck: number, verdict: 'abort' | 'fatal'): void {
    if (luck < 2) {
      this.wasToldEnded = true
      const identity = this.isV2 ? this.#identity() : undefined
      return this.event({ type: 'ended', identity })
    }
    const isUnknown = luck === 4
    this.isUnsure ||= isUnknown
    return this.event({ type: 'not-ended', error, verdict, isUnknown })
  }

  #answerFence(
    { members: { partitions, groups } }: Extract<TransactionEffect, { type: 'fence' }>,
    luck: number,
    verdict: 'abort' | 'fatal',
  ): void {
    assert.equal(new Set<unknown>([...partitions, ...groups]), this.members)
    this.isFenced ||= luck < 2
    return luck < 2 ? this.event({ type: 'fenced' }) : this.event({ type: 'not-fenced', error, verdict })
  }

  #begin(isV2: boolean): void {
    const isOpenToOld = this.isWorn && !this.isV2 && this.members.size > 0 && !this.isFenced
    assert.not.ok(isOpenToOld, 'begins where something of the one before may still land')
    assert.not.ok(this.needsRaise, 'begins under an epoch of which an end may still land')
    this.isV2 = isV2
    this.isWorn = this.isFenced = false
    this.members = new Set()
    this.begun++
    this.hasFailed = this.hasBegun = this.isUnsure = this.wasToldEnded = false
    this.intent = undefined
  }

  #identity(): ProducerIdentity {
    this.needsRaise = false
    return { producerId: 1n, producerEpoch: this.epoch++ }
  }

  #check(effect: TransactionEffect): void {
    const { pending } = this
    if (['init', 'add-partitions', 'land', 'end', 'gather', 'fence'].includes(effect.type)) {
      const isTwice = pending.some(({ type }) => type === effect.type)
      assert.not.ok(isTwice, `${effect.type} is asked for twice at a time`)
      pending.push(effect)
    }
    if (effect.type === 'add-partitions') this.hasBegun = true
    if (effect.type === 'end') {
      assert.not.ok(effect.commit && this.hasFailed, 'commits after a failure')
      assert.not.ok(
        this.isUnsure && this.intent !== effect.commit,
        'asks for the other end while one may be so',
      )
      this.intent = effect.commit
    }
    if (effect.type === 'committed') {
      assert.not.ok(this.hasFailed, 'says committed after a failure')
      const isSo = this.intent === true && this.wasToldEnded
      assert.ok(isSo || (!this.hasBegun && this.intent === undefined), 'says committed, and nobody told so')
    }
    if (effect.type === 'aborted') assert.not.ok(this.intent === true && this.wasToldEnded, 'says aborted')
    if (effect.type === 'committed' || effect.type === 'aborted') this.ended++
    if (effect.type === 'died' && this.begun > this.ended) this.ended++
  }
}

const someEvent = fc.oneof(
  { weight: 3, arbitrary: fc.constant<TransactionEvent>({ type: 'initialise' }) },
  { weight: 4, arbitrary: fc.boolean().map((isV2): TransactionEvent => ({ type: 'begin', isV2 })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...partitions).map((at): TransactionEvent => ({ type: 'wanted', at })),
  },
  { weight: 1, arbitrary: fc.constant<TransactionEvent>({ type: 'joined', groupId: 'copiers' }) },
  { weight: 3, arbitrary: fc.constant<TransactionEvent>({ type: 'commit' }) },
  { weight: 1, arbitrary: fc.constant<TransactionEvent>({ type: 'abort' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('abort', 'abort', 'abort', 'fatal')
      .map((verdict): TransactionEvent => ({ type: 'failed', error, verdict: verdict })),
  },
)
type Step =
  | { readonly event: TransactionEvent }
  | { readonly worn: true }
  | { readonly unanswered: true }
  | { readonly answer: number; readonly luck: number }
const someStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: someEvent.map(event => ({ event })) },
  { weight: 1, arbitrary: fc.constant({ worn: true as const }) },
  { weight: 1, arbitrary: fc.constant({ unanswered: true as const }) },
  { weight: 6, arbitrary: fc.record({ answer: fc.nat(5), luck: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4) }) },
)

function take(world: World, step: Step): void {
  const { identity } = world.state
  if ('answer' in step) {
    const effect = world.pending[step.answer % Math.max(1, world.pending.length)]
    // What is to land waits for the answers of the others.
    const isAdding = world.pending.some(({ type }) => type === 'gather' || type === 'add-partitions')
    if (effect && !(effect.type === 'land' && isAdding)) world.answer(effect, step.luck)
  } else if ('event' in step) world.event(step.event)
  else if ('unanswered' in step) world.unanswered()
  else if (identity) world.event({ type: 'worn', identity, error: error })
}

test('in any order of events none is committed after a failure, and none is told to be committed that is not', () => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 60, size: 'max' }), steps => {
      const world = new World()
      for (const step of steps) take(world, step)
    }),
    { numRuns: 3000 },
  )
})

test('from wherever it stands, each transaction comes to one end, and another one can begin unless all is over', () => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 60, size: 'max' }), fc.boolean(), (steps, isCommit) => {
      const world = new World()
      for (const step of steps) take(world, step)
      world.event(isCommit ? { type: 'commit' } : { type: 'abort' })
      for (let i = 0; i < 20 && world.pending.length > 0; i++) take(world, { answer: i, luck: 0 })
      assert.ok(world.isOver, `stays in ${world.state.phase}`)
      assert.is(world.ended, world.begun)
      if (world.state.phase === 'fatal') return
      if (world.state.phase === 'uninitialised') {
        world.event({ type: 'initialise' })
        for (let i = 0; i < 2; i++) take(world, { answer: 0, luck: 0 })
      }
      world.event({ type: 'begin', isV2: true })
      assert.is(world.state.phase, 'open')
      assert.is(world.state.isBegun, false)
    }),
    { numRuns: 3000 },
  )
})

test('once nothing can be done any more nothing is', () => {
  const { state } = reduceTransaction(noTransactions, { type: 'failed', error, verdict: 'fatal' })
  fc.assert(
    fc.property(someEvent, event => {
      assert.equal(reduceTransaction(state, event), { state, effects: [] })
    }),
  )
})

test('partitions that wait while others are being added are added next, all by one question', () => {
  const world = new World()
  world.event({ type: 'initialise' })
  take(world, { answer: 0, luck: 0 })
  world.event({ type: 'begin', isV2: false })
  world.event({ type: 'wanted', at: partitions[0]! })
  take(world, { answer: 0, luck: 0 })
  for (const at of partitions) world.event({ type: 'wanted', at })
  assert.equal(
    world.pending.map(({ type }) => type),
    ['add-partitions'],
  )
  take(world, { answer: 0, luck: 0 })
  take(world, { answer: 0, luck: 0 })
  assert.equal(world.pending, [{ type: 'add-partitions', partitions: partitions.slice(1) }])
  take(world, { answer: 0, luck: 0 })
  assert.equal([...world.state.added], partitions)
})

test('a transaction over so many partitions costs so much more, and no more', () => {
  const many = Array.from({ length: 30_000 }, (_, partition) => ({ topic: 'orders', partition }))
  const since = performance.now()
  for (const isV2 of [true, false]) {
    const world = new World()
    world.event({ type: 'initialise' })
    take(world, { answer: 0, luck: 0 })
    world.event({ type: 'begin', isV2 })
    for (const at of many) world.event({ type: 'wanted', at })
    for (let i = 0; i < 2; i++) take(world, { answer: 0, luck: 0 })
    for (const at of many) assert.ok(isV2 || world.state.added.has(at))
  }
  // In proportion it takes some 50 ms; with each new one as long as all before it took, half a minute.
  assert.ok(performance.now() - since < 5000)
})

test.run()
