import {
  abortController,
  asKafkaError,
  TimeoutError,
  type KafkaError,
  type Timer,
  type TopicPartition,
} from '../kernel'
import { retryPause, troubleOf } from '../client'
import { partitionsIn } from './assignments'
import { reduceClassic } from './classic-machine'
import { ClassicRequests, memberIdRequired } from './classic-requests'
import {
  unjoined,
  type ClassicEffect,
  type ClassicEvent,
  type ClassicPhase,
  type ClassicState,
} from './classic-state'
import { generationOf, type Generation } from './generation'
import { Heartbeats } from './heartbeats'
import type { MemberIdentity } from './identity'
import { Leadership } from './leadership'
import type { MembershipContext } from './membership-context'
import { memberVerdict } from './verdict'

type Partitions = readonly TopicPartition[]

/**
 * Of the time that the group waits: for what is in hand to end, and for all of letting go, its last commit included. What is
 * left is for hearing of it late, and for joining.
 */
const shares = { inHand: 0.6, letGo: 0.8 }

/** A member of a classic group: does what `classic-machine` says, and tells it what came of that. */
export class Membership {
  readonly #context: MembershipContext
  readonly #requests: ClassicRequests
  readonly #leadership: Leadership
  readonly #trouble
  /** Aborts when no generation is wanted any more. */
  readonly #leaving = abortController()
  readonly #ended: Promise<void>
  #end!: () => void
  #state: ClassicState<Generation> = unjoined
  readonly #events: ClassicEvent<Generation>[] = []
  #isReducing = false
  #heartbeats: Heartbeats | undefined
  #pausing: Timer | undefined

  constructor(context: MembershipContext) {
    this.#context = context
    this.#requests = new ClassicRequests(context)
    this.#leadership = new Leadership(context)
    this.#trouble = troubleOf(context.client.settings)
    this.#ended = new Promise(resolve => (this.#end = resolve))
  }

  /** Where it stands. */
  get phase(): ClassicPhase {
    return this.#state.phase
  }

  /** Whom commits come from; undefined while this member is in no generation. */
  get identity(): MemberIdentity | undefined {
    const { groupId, settings } = this.#context
    const { generation } = this.#state
    if (generation === undefined) return undefined
    const { memberId, generationId } = generation
    return { groupId, memberId, generationId, groupInstanceId: settings.groupInstanceId ?? null }
  }

  /** Joins, and stays a member, until `leave` or what cannot be mended. */
  start(): void {
    this.#take({ type: 'start' })
  }

  /**
   * What came under its identity of then was refused by the coordinator. What that says of the membership is heeded at
   * once, as from a heartbeat; all else is the business of who asked.
   */
  refused(error: KafkaError, of: { readonly memberId?: string; readonly generationId?: number }): void {
    const { generation } = this.#state
    if (generation?.memberId !== of.memberId || generation?.generationId !== of.generationId) return
    const verdict = memberVerdict(error)
    if (generation === undefined || verdict === 'again' || verdict === 'fatal') return
    this.#take({ type: 'refused', generation, error, verdict })
  }

  /** Lets go of the partitions, says goodbye, and resolves when that is heard, or was not for 5 s. */
  leave(): Promise<void> {
    this.#take({ type: 'leave' })
    // A static member says no goodbye, so that it need not wait for an id to say it under.
    if (this.#context.settings.groupInstanceId !== undefined && this.#state.owned === undefined)
      this.#giveUp()
    return this.#ended
  }

  /** One event after the other, also those that come of the effects of another. */
  #take(event: ClassicEvent<Generation>): void {
    this.#events.push(event)
    if (this.#isReducing) return
    this.#isReducing = true
    for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#reduce(next)
    this.#isReducing = false
  }

  #reduce(event: ClassicEvent<Generation>): void {
    const before = this.#state.generation
    const { state, effects } = reduceClassic(this.#state, event)
    this.#state = state
    if (state.generation !== before) this.#enter(state.generation)
    for (const effect of effects) this.#apply(effect)
  }

  #apply(effect: ClassicEffect<Generation>): void {
    switch (effect.type) {
      case 'join':
        return void this.#join(effect.memberId)
      case 'sync':
        return void this.#sync(effect.generation)
      case 'pause':
        return this.#pause(effect)
      case 'assign':
        return this.#assign(effect.partitions)
      case 'revoke':
        return void this.#revoke(effect.partitions)
      case 'lose':
        return this.#lose(effect)
      case 'leave':
        return void this.#leave(effect.memberId)
      case 'fail':
        return this.#call(() => this.#context.onFailed(effect.error))
      case 'ended':
        this.#giveUp()
        this.#requests.close()
        return this.#end()
    }
  }

  /** What belongs to the generation before ends with it. */
  #enter(generation: Generation | undefined): void {
    this.#heartbeats?.stop()
    this.#leadership.stop()
    this.#heartbeats = generation && this.#heartbeatsOf(generation)
    if (generation === undefined) return
    const { memberId, generationId, members } = generation
    this.#context.emit({ type: 'joined', memberId, generationId, isLeader: members !== undefined })
  }

  #heartbeatsOf(generation: Generation): Heartbeats {
    const { client, groupId, settings } = this.#context
    const { sessionTimeoutMs, heartbeatIntervalMs } = settings
    return new Heartbeats({
      clock: client.settings.clock,
      intervalMs: heartbeatIntervalMs,
      sessionTimeoutMs,
      pauseMs: failures => retryPause(client.settings, failures),
      ask: abandoned => this.#requests.heartbeat(generation, abandoned),
      answered: () => this.#trouble.mended(),
      failed: error => this.#retry(error),
      refused: error => this.#take({ type: 'refused', generation, error, verdict: memberVerdict(error) }),
      silent: () => this.#expire(generation, sessionTimeoutMs, `heartbeats of group ${groupId}`),
    })
  }

  #expire(generation: Generation, ms: number, what: string): void {
    this.#take({ type: 'expired', generation, error: new TimeoutError('call', ms, what) })
  }

  async #join(memberId: string): Promise<void> {
    try {
      const answer = await this.#requests.join(memberId, this.#leaving.signal)
      if (answer.errorCode === memberIdRequired) this.#take({ type: 'named', memberId: answer.memberId })
      else this.#take({ type: 'joined', joined: generationOf(answer) })
    } catch (error) {
      this.#failed(error, 'JoinGroup')
    }
  }

  async #sync(generation: Generation): Promise<void> {
    try {
      const { signal } = this.#leaving
      const assignments = await this.#leadership.divide(generation, signal)
      const assigned = await this.#requests.sync(generation, assignments, signal)
      this.#take({ type: 'synced', partitions: partitionsIn(assigned) })
      if (this.#state.generation === generation)
        this.#leadership.watch(generation, () => this.#take({ type: 'changed', generation }))
    } catch (error) {
      this.#failed(error, 'SyncGroup')
    }
  }

  /** JoinGroup or SyncGroup. */
  #failed(thrown: unknown, what: string): void {
    const error = asKafkaError(thrown, what)
    this.#take({ type: 'failed', error, verdict: memberVerdict(error) })
  }

  #pause({ failures, error }: Extract<ClassicEffect, { type: 'pause' }>): void {
    const { settings } = this.#context.client
    this.#retry(error)
    this.#pausing = settings.clock.after(retryPause(settings, failures), () => this.#take({ type: 'paused' }))
  }

  /** Nothing waits in silence. */
  #retry(error: KafkaError): void {
    const { emit, groupId } = this.#context
    emit({ type: 'group-retry', error })
    this.#trouble.goesOn(() => `a member of group ${groupId} waits: ${error.message}`)
  }

  #assign(partitions: Partitions): void {
    this.#trouble.mended()
    this.#context.emit({ type: 'assigned', partitions })
    this.#call(() => this.#context.onAssigned(partitions))
  }

  async #revoke(partitions: Partitions): Promise<void> {
    const { client, groupId, settings, emit, onRevoked } = this.#context
    const generation = this.#state.generation!
    const { rebalanceTimeoutMs } = settings
    const limitMs = Math.floor(rebalanceTimeoutMs * shares.letGo)
    const timer = client.settings.clock.after(limitMs, () =>
      this.#expire(generation, limitMs, `letting go of partitions of group ${groupId}`),
    )
    emit({ type: 'revoking', partitions })
    try {
      await onRevoked(partitions, Math.floor(rebalanceTimeoutMs * shares.inHand))
    } catch (error) {
      this.#take({ type: 'broken', error: asKafkaError(error, 'onRevoked') })
    }
    timer.cancel()
    if (this.#state.owned === partitions) emit({ type: 'revoked', partitions })
    this.#take({ type: 'revoked', partitions })
  }

  #lose({ partitions, error }: Extract<ClassicEffect, { type: 'lose' }>): void {
    this.#context.emit({ type: 'lost', partitions, error })
    this.#call(() => this.#context.onLost(partitions))
  }

  async #leave(memberId: string): Promise<void> {
    this.#giveUp()
    await this.#requests.leave(memberId).catch(ignored)
    this.#take({ type: 'left' })
  }

  #giveUp(): void {
    this.#leaving.abort()
    this.#pausing?.cancel()
  }

  /** What a callback throws ends the membership. */
  #call(callback: () => void): void {
    try {
      callback()
    } catch (error) {
      this.#take({ type: 'broken', error: asKafkaError(error, 'membership') })
    }
  }
}

function ignored(): void {
  // Without a goodbye the group waits for the end of the session; there is nobody left to tell.
}
