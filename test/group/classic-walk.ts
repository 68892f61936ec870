import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { BrokerError, type TopicPartition } from '../../src/kernel'
import { reduceClassic } from '../../src/group/classic-machine'
import {
  unjoined,
  type ClassicEffect,
  type ClassicEvent,
  type ClassicState,
  type Joined,
} from '../../src/group/classic-state'
import { errorCode, errorRow } from '../../src/protocol'

const error = new BrokerError(errorRow(errorCode('UNKNOWN_SERVER_ERROR')), 'walk')
const verdict = fc.constantFrom('again', 'rebalance', 'stale', 'unknown', 'fenced', 'fatal')

/** One thing that happens; what it is about may be of now, or of before. */
const step = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('joined', 'synced', 'revoked', 'paused') },
    { weight: 4, arbitrary: fc.constantFrom('start', 'named', 'failed', 'refused', 'expired', 'changed') },
    { weight: 1, arbitrary: fc.constantFrom('leave', 'left', 'broken') },
  ),
  verdict: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('again', 'rebalance') },
    { weight: 3, arbitrary: verdict },
  ),
  isOld: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
})
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
export const steps = fc.array(step, { maxLength: 80, size: 'max' })

/** Walks a member through events, and looks after each effect whether it may be. */
export class ClassicWalk {
  state: ClassicState = unjoined
  events = 0
  ended = 0
  failed = 0
  /** The question that has no answer yet. */
  asked: 'join' | 'sync' | undefined
  isPausing = false
  owned: readonly TopicPartition[] | undefined
  isRevoking = false
  isSayingGoodbye = false
  #generations = 0
  #oldGeneration: Joined = { memberId: 'of before', generationId: 0 }
  #oldPartitions: readonly TopicPartition[] = []

  take(step: Step): void {
    const event = this.#eventOf(step)
    const mayMatter = this.#mayMatter(event)
    const before = this.state
    this.#apply(event)
    if (!mayMatter) assert.is(this.state, before, `${event.type} in ${before.phase} came from nowhere`)
  }

  /** Leaves, and answers whatever is asked. */
  finish(): void {
    this.#apply({ type: 'leave' })
    if (this.isRevoking) this.#apply({ type: 'revoked', partitions: this.owned! })
    if (this.asked === 'join') this.#apply({ type: 'joined', joined: this.#nextGeneration() })
    if (this.isSayingGoodbye) this.#apply({ type: 'left' })
  }

  #eventOf({ what, verdict, isOld }: Step): ClassicEvent {
    const generation = (isOld ? undefined : this.state.generation) ?? this.#oldGeneration
    switch (what) {
      case 'named':
        return { type: what, memberId: `member ${this.events}` }
      case 'joined':
        return { type: what, joined: this.#nextGeneration() }
      case 'synced':
        return { type: what, partitions: [{ topic: 'orders', partition: this.events }] }
      case 'failed':
        return { type: what, error, verdict }
      case 'refused':
        return { type: what, generation, error, verdict }
      case 'expired':
        return { type: what, generation, error }
      case 'changed':
        return { type: what, generation }
      case 'revoked':
        return { type: what, partitions: (isOld ? undefined : this.owned) ?? this.#oldPartitions }
      case 'broken':
        return { type: what, error }
      default:
        return { type: what }
    }
  }

  /** Whether somebody may have said that, as things are. */
  #mayMatter(event: ClassicEvent): boolean {
    switch (event.type) {
      case 'named':
      case 'joined':
        return this.asked === 'join'
      case 'synced':
        return this.asked === 'sync'
      case 'failed':
        return this.asked !== undefined
      case 'paused':
        return this.isPausing
      case 'revoked':
        return this.owned !== undefined && event.partitions === this.owned
      case 'refused':
      case 'expired':
      case 'changed':
        return event.generation === this.state.generation
      case 'left':
        return this.isSayingGoodbye
      default:
        return this.state.phase !== 'over'
    }
  }

  #nextGeneration(): Joined {
    return { memberId: this.state.memberId || 'given', generationId: ++this.#generations }
  }

  #apply(event: ClassicEvent): void {
    // A drain that nobody began has no end.
    if (event.type === 'revoked' && event.partitions === this.owned && !this.isRevoking) return
    if (event.type === 'left' && !this.isSayingGoodbye) return
    this.events++
    const { generation } = this.state
    const { state, effects } = reduceClassic(this.state, event)
    this.#note(event)
    this.state = state
    if (generation !== undefined && generation !== state.generation) this.#oldGeneration = generation
    for (const effect of effects) this.#check(effect)
    this.#checkState()
  }

  /** What the world knows by this event, before anything is done about it. */
  #note(event: ClassicEvent): void {
    const answers = { named: 'join', joined: 'join', synced: 'sync', failed: this.asked }
    if (event.type in answers && answers[event.type as keyof typeof answers] === this.asked)
      this.asked = undefined
    if (event.type === 'paused') this.isPausing = false
    if (event.type === 'left') this.isSayingGoodbye = false
    if (event.type === 'revoked' && event.partitions === this.owned) this.#letGo()
  }

  #letGo(): void {
    this.#oldPartitions = this.owned!
    this.owned = undefined
    this.isRevoking = false
  }

  #check(effect: ClassicEffect): void {
    assert.is(this.ended, 0, `${effect.type} after the end`)
    switch (effect.type) {
      case 'join':
      case 'sync':
        assert.is(this.asked, undefined, `${effect.type} beside ${this.asked}`)
        assert.is(this.isPausing, false, `${effect.type} in a pause`)
        assert.is(this.owned, undefined, `${effect.type} with partitions`)
        this.asked = effect.type
        break
      case 'pause':
        assert.is(this.asked, undefined, 'a pause beside a question')
        this.isPausing = true
        break
      case 'assign':
        assert.is(this.owned, undefined, 'assigned twice')
        this.owned = effect.partitions
        break
      case 'revoke':
        assert.is(effect.partitions, this.owned)
        assert.is(this.isRevoking, false, 'revoked twice')
        this.isRevoking = true
        break
      case 'lose':
        assert.is(effect.partitions, this.owned)
        this.#letGo()
        break
      case 'leave':
        assert.is(this.isSayingGoodbye, false, 'two goodbyes')
        assert.is.not(effect.memberId, '')
        this.isSayingGoodbye = true
        this.asked = undefined
        this.isPausing = false
        break
      case 'fail':
        this.failed++
        break
      case 'ended':
        this.ended++
        this.asked = undefined
        this.isPausing = false
    }
  }

  #checkState(): void {
    const { phase, generation, owned, isAsking } = this.state
    assert.is(owned, this.owned)
    assert.is(isAsking || this.asked === undefined, true, 'an answer would not be heard')
    assert.is(phase === 'stable', owned !== undefined && !this.isRevoking, `${phase} and its partitions`)
    const inGeneration = phase === 'syncing' || owned !== undefined
    assert.is(generation !== undefined, inGeneration, `heartbeats in ${phase}`)
    assert.is(phase === 'over', this.ended === 1)
    assert.ok(this.failed <= 1)
  }
}
