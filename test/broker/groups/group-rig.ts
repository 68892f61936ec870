import { seededRandom, VirtualClock } from '../../../src/kernel'
import type { ErrorName } from '../../../src/protocol'
import { encodeSubscription } from '../../../src/protocol'
import {
  GroupCoordinator,
  type GroupRules,
  type GroupSettings,
  type JoinAnswer,
  type JoinGroupQuestion,
  type SyncAnswer,
} from '../../../src/broker/groups'

/** A request that may not be answered yet. */
export class Held<T> {
  #answers: T[] = []

  constructor(promise: Promise<T>) {
    void promise.then(answer => this.#answers.push(answer))
  }

  get isAnswered(): boolean {
    return this.#answers.length > 0
  }

  get answer(): T {
    if (!this.isAnswered) throw new Error('the request is not answered yet')
    return this.#answers[0]!
  }
}

/** A member that has joined, and the generation that it knows. */
export interface Member {
  readonly memberId: string
  readonly instanceId: string | null
  readonly generationId: number
}

/** What a consumer of these topics tells the assignor `range`, or others. */
export function consumerOf(topics: readonly string[], ...names: string[]) {
  const metadata = encodeSubscription({ topics }, 1)
  return (names.length === 0 ? ['range'] : names).map(name => ({ name, metadata }))
}

export const groupId = 'billing'

/** A coordinator on virtual time, asked as the versions of today ask. */
export class GroupRig {
  readonly clock = new VirtualClock()
  readonly coordinator: GroupCoordinator

  constructor(settings: Partial<GroupSettings> = {}, rules?: GroupRules) {
    const { clock } = this
    this.coordinator = new GroupCoordinator({
      clock,
      random: seededRandom(1),
      settings,
      ...(rules && { rules }),
    })
  }

  get group() {
    return this.coordinator.inspect(groupId)
  }

  get state() {
    return this.group?.state
  }

  /** Asked with time for what is answered at once. */
  async join(asked: Partial<JoinGroupQuestion> = {}): Promise<Held<JoinAnswer>> {
    const question: JoinGroupQuestion = {
      groupId,
      memberId: '',
      instanceId: null,
      clientId: 'app',
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 60_000,
      protocolType: 'consumer',
      protocols: consumerOf(['orders']),
      requiresMemberId: true,
      canSkipAssignment: true,
      ...asked,
    }
    return this.#settled(this.coordinator.join(question))
  }

  /** The member id that somebody new is given first. */
  async newMemberId(asked: Partial<JoinGroupQuestion> = {}): Promise<string> {
    return (await this.join(asked)).answer.memberId
  }

  /** Somebody new asks, is given a member id, and comes back with it. */
  async joinTwice(asked: Partial<JoinGroupQuestion> = {}): Promise<Held<JoinAnswer>> {
    return this.join({ ...asked, memberId: await this.newMemberId(asked) })
  }

  async sync(
    { memberId, instanceId, generationId }: Member,
    assignments: Readonly<Record<string, string>> = {},
    protocol: { protocolType?: string; protocolName?: string } = {},
  ): Promise<Held<SyncAnswer>> {
    const question = { groupId, memberId, instanceId, generationId, protocolType: null, protocolName: null }
    const bytes = new Map(Object.entries(assignments).map(([id, text]) => [id, Buffer.from(text)]))
    return this.#settled(this.coordinator.sync({ ...question, ...protocol, assignments: bytes }))
  }

  heartbeat({ memberId, instanceId, generationId }: Member): Promise<ErrorName> {
    return this.coordinator.heartbeat({ groupId, memberId, instanceId, generationId })
  }

  async leave(...members: { memberId: string; instanceId?: string | null }[]): Promise<ErrorName[]> {
    const all = members.map(({ memberId, instanceId = null }) => ({ memberId, instanceId }))
    const answer = await this.coordinator.leave({ groupId, members: all })
    return answer.error === 'NONE' ? answer.members.map(({ error }) => error) : [answer.error]
  }

  async commit(
    who: Partial<Member> = {},
    offset: { topic?: string; partition?: number; offset?: bigint; metadata?: string | null } = {},
    retentionMs: number | null = null,
  ): Promise<ErrorName> {
    const to = { topic: 'orders', partition: 0, offset: 5n, leaderEpoch: 2, metadata: 'so far', ...offset }
    const [error] = await this.coordinator.commit({
      ...{ groupId, memberId: '', instanceId: null, generationId: -1, knowsGroupIdNotFound: true, ...who },
      offsets: [{ ...to, committedAt: null }],
      retentionMs,
    })
    return error!
  }

  /** A Stable group of so many members, the leader first; each has its number as its assignment. */
  async stable(count: number, asked: Partial<JoinGroupQuestion> = {}, instances = false): Promise<Member[]> {
    const held: Held<JoinAnswer>[] = []
    for (let i = 0; i < count; i++)
      held.push(instances ? await this.join({ ...asked, instanceId: `i${i}` }) : await this.joinTwice(asked))
    await this.clock.until(() => held.every(({ isAnswered }) => isAnswered))
    const members = held.map(({ answer }, i) => memberOf(answer, instances ? `i${i}` : null))
    await this.assign(members)
    return members
  }

  /** All ask for their assignment, the leader, who is the first, last. */
  async assign([leader, ...others]: readonly Member[]): Promise<void> {
    for (const other of others) await this.sync(other)
    const all = [leader!, ...others]
    await this.sync(leader!, Object.fromEntries(all.map(({ memberId }, i) => [memberId, `${i}`])))
  }

  async #settled<T>(promise: Promise<T>): Promise<Held<T>> {
    const held = new Held(promise)
    await this.clock.advance(0)
    return held
  }
}

export function memberOf(answer: JoinAnswer, instanceId: string | null = null): Member {
  return { memberId: answer.memberId, instanceId, generationId: answer.generationId }
}
