import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { deadGroup, nextDeadline, type ClassicGroup } from '../../../src/broker/groups/classic-group'
import type { GroupEffect, GroupEvent } from '../../../src/broker/groups/group-event'
import { defaultGroupRules } from '../../../src/broker/groups/rules'
import { defaultGroupSettings } from '../../../src/broker/groups/settings'
import { consumerOf } from './group-rig'
import { checkState, contentsOf } from './invariants'

const answers = { join: 'joined', sync: 'synced', leave: 'left' } as const
const settings = { ...defaultGroupSettings, initialRebalanceDelayMs: 3000, maxSize: 4 }

/** One thing that somebody does; `who` picks a member, or with `isOld` any member id that was ever given. */
const step = fc.record({
  what: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom('join', 'rejoin') },
    { weight: 8, arbitrary: fc.constant('sync') },
    { weight: 3, arbitrary: fc.constantFrom('heartbeat', 'commit') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('leave', 'leave', 'leave', 'delete', 'delete-offsets', 'unload'),
    },
    { weight: 6, arbitrary: fc.constant('time') },
  ),
  who: fc.nat(5),
  isOld: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  instance: fc.option(fc.constantFrom('i0', 'i1'), { freq: 3 }),
  protocols: fc.constantFrom(['a'], ['a', 'b'], ['b', 'a'], ['b']),
  /** From the present generation. */
  generation: fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1, -99)),
  ms: fc.oneof(fc.nat(500), fc.nat(3000)),
  modern: fc.boolean(),
})
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
export const steps = fc.array(step, { maxLength: 60, size: 'max' })

/** Walks a group through events, and looks after each one whether all is as it must be. */
export class Walk {
  state: ClassicGroup = deadGroup('g')
  now = 1_000_000
  /** Requests without an answer so far, and what answers them. */
  readonly open = new Map<number, GroupEffect['type']>()
  readonly #ids: string[] = ['stranger']
  readonly #instances = new Map<string, string | null>()
  readonly #protocols = new Map<number, string | null>()
  #request = 0

  take(step: Step): void {
    if (step.what === 'time') this.now += step.ms
    this.apply(this.#eventOf(step))
  }

  /** Nobody speaks any more. */
  fallSilent(): void {
    for (let next = nextDeadline(this.state), n = 0; next !== null; next = nextDeadline(this.state)) {
      assert.ok(n++ < 1000, 'deadlines without end')
      this.now = Math.max(this.now, next)
      this.apply({ type: 'time' })
    }
  }

  apply(event: GroupEvent): void {
    const before = this.state
    const contents = contentsOf(before)
    if ('request' in event) this.open.set(event.request, this.#answerTo(event))
    const { state, effects } = defaultGroupRules(before, event, this.now, settings)
    assert.equal(contentsOf(before), contents, 'the group given to the rules stays as it was')
    this.state = state
    for (const effect of effects) this.#take(effect)
    checkState(state, this.now)
    this.#checkHeld()
    if (state.state === 'Dead') this.#protocols.clear()
    else if (before.state !== 'Dead')
      assert.ok(state.generationId >= before.generationId, 'no generation comes twice')
  }

  #answerTo(event: GroupEvent): GroupEffect['type'] {
    return event.type in answers ? answers[event.type as keyof typeof answers] : 'answered'
  }

  #take(effect: GroupEffect): void {
    if (effect.type === 'persist') return
    const expected = this.open.get(effect.request)
    assert.ok(expected, `request ${effect.request} is answered once`)
    this.open.delete(effect.request)
    if (effect.type === 'forgotten') return
    assert.is(effect.type, expected)
    if (effect.type === 'joined' && effect.answer.memberId !== '') this.#ids.push(effect.answer.memberId)
    if (effect.type === 'joined' && effect.answer.error === 'NONE') this.#checkJoined(effect.answer)
    if (effect.type === 'synced' && effect.answer.error === 'NONE') this.#checkSynced(effect.answer)
  }

  #checkJoined(answer: Extract<GroupEffect, { type: 'joined' }>['answer']): void {
    const { generationId, protocolName, memberId, members, leader } = answer
    assert.is(generationId, this.state.generationId)
    assert.ok(this.state.members.has(memberId), 'who is told of a generation is a member of it')
    const known = this.#protocols.get(generationId)
    if (known !== undefined) assert.is(protocolName, known, 'one assignor for a generation')
    this.#protocols.set(generationId, protocolName)
    if (members.length > 0) assert.is(leader, memberId, 'only the leader hears of the members')
  }

  #checkSynced({ assignment }: Extract<GroupEffect, { type: 'synced' }>['answer']): void {
    assert.is(this.state.state, 'Stable')
    const text = assignment.toString()
    if (text !== '')
      assert.is(text.split(':')[0], `${this.state.generationId}`, 'assigned in this generation')
  }

  /** All requests without an answer are held by a member, and nobody holds others. */
  #checkHeld(): void {
    const held = [...this.state.members.values()].flatMap(({ heldJoin, heldSync }) => [heldJoin, heldSync])
    const requests = held.filter(request => request !== null)
    assert.equal(requests.sort(ascending), [...this.open.keys()].sort(ascending), 'requests that are held')
  }

  #eventOf({ what, who, isOld, instance, protocols, generation, modern }: Step): GroupEvent {
    const request = ++this.#request
    const ids = [...this.state.members.keys(), ...this.state.pending.keys()]
    const choice = isOld || ids.length === 0 ? this.#ids : ids
    const memberId = choice[who % choice.length]!
    const instanceId = this.#instances.get(memberId) ?? null
    const asked = { request, memberId, instanceId, generationId: this.state.generationId + generation }
    switch (what) {
      case 'join':
        return this.#join(request, '', instance, protocols, modern)
      case 'rejoin':
        return this.#join(request, memberId, instanceId, protocols, modern)
      case 'sync':
        return { type: 'sync', ...asked, protocolType: null, protocolName: null, assignments: this.#assign() }
      case 'heartbeat':
        return { type: 'heartbeat', ...asked }
      case 'commit':
        return { type: 'commit', ...asked, knowsGroupIdNotFound: modern }
      case 'leave':
        return { type: 'leave', request, members: [{ memberId, instanceId }] }
      case 'delete':
      case 'delete-offsets':
        return { type: what, request }
      default:
        return { type: what }
    }
  }

  #join(
    request: number,
    memberId: string,
    instanceId: string | null,
    protocols: readonly string[],
    modern: boolean,
  ): GroupEvent {
    const newMemberId = `m${request}`
    if (memberId === '') this.#instances.set(newMemberId, instanceId)
    return {
      ...{ type: 'join', request, memberId, instanceId, newMemberId, clientId: 'c', clientHost: '/h' },
      ...{ sessionTimeoutMs: 12_000, rebalanceTimeoutMs: 6000 },
      protocolType: 'consumer',
      protocols: consumerOf(['t'], ...protocols),
      requiresMemberId: modern,
      canSkipAssignment: modern,
    }
  }

  /** Something for everybody, and for one who is no member. */
  #assign(): ReadonlyMap<string, Buffer> {
    const ids = ['stranger', ...this.state.members.keys()].slice(0, -1)
    return new Map(ids.map(id => [id, Buffer.from(`${this.state.generationId}:${id}`)]))
  }
}

const ascending = (a: number, b: number) => a - b
