import type { ContractContext } from '../contract'
import { Member, type JoinAnswer, type MemberOptions } from './member'
import type { Talk } from './talk'

/** A group that no other case knows, with its coordinator found. */
export class Group {
  readonly name: string
  readonly coordinator: number
  readonly #talk: Talk

  constructor(talk: Talk, name: string, coordinator: number) {
    this.#talk = talk
    this.name = name
    this.coordinator = coordinator
  }

  static async of(talk: Talk, { uniqueName }: ContractContext): Promise<Group> {
    const name = uniqueName('group')
    return new Group(talk, name, await talk.coordinatorOf(name))
  }

  /** Another one, with the same coordinator. */
  async neighbour(context: ContractContext): Promise<Group> {
    for (;;) {
      const other = await Group.of(this.#talk, context)
      if (other.coordinator === this.coordinator) return other
    }
  }

  /** Somebody who has not joined yet. */
  member(options: Omit<MemberOptions, 'group' | 'broker'> = {}): Member {
    return new Member(this.#talk, { ...options, group: this.name, broker: this.coordinator })
  }

  /** So many members in a stable generation, the leader first; each is assigned `part of <its place>`. */
  async stable(count: number, options: Omit<MemberOptions, 'group' | 'broker'> = {}): Promise<Member[]> {
    const members = Array.from({ length: count }, () => this.member(options))
    await gather(members)
    await share(members)
    return members
  }
}

/**
 * Brings members of which none has joined into one generation, and returns what each was answered; the first becomes
 * the leader.
 */
export async function gather([leader, ...others]: readonly Member[]): Promise<JoinAnswer[]> {
  const alone = await leader!.enter()
  if (others.length === 0) return [alone]
  // Who has an id is waited for, so that nobody comes too late for this generation.
  for (const other of others) await other.nameItself()
  const joining = others.map(other => other.join())
  await leader!.heartbeatUntil('REBALANCE_IN_PROGRESS')
  return Promise.all([leader!.join(), ...joining])
}

/** Ends a rebalance: the leader, who comes first, assigns `part of <place>` to everybody. */
export async function share(members: readonly Member[]): Promise<void> {
  const parts = Object.fromEntries(members.map(({ memberId }, place) => [memberId, `part of ${place}`]))
  await Promise.all(members.map((member, place) => member.sync(place === 0 ? parts : {})))
}
