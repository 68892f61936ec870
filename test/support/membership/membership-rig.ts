import { setTimeout as wait } from 'node:timers/promises'
import { KafkaClient } from '../../../src'
import type { MembershipOptions } from '../../../src/group'
import type { ContractContext } from '../contract'
import { GroupMember } from './group-member'
import { Ownership } from './ownership'

/** The shortest session that brokers allow, and much shorter pauses than one would have. */
export const brisk = { sessionTimeoutMs: 6000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 10_000 }

interface RigMember extends MembershipOptions {
  readonly letGo?: (member: GroupMember) => Promise<void>
}

/** Members of one group over one topic, each with a client of its own, on the brokers of a contract case. */
export class MembershipRig {
  readonly groupId: string
  readonly topic: string
  readonly ownership = new Ownership()
  readonly #bootstrap: string
  readonly #members: GroupMember[] = []

  private constructor({ bootstrap, uniqueName }: ContractContext, topic: string) {
    this.#bootstrap = bootstrap
    this.groupId = uniqueName('group')
    this.topic = topic
  }

  static async within(ctx: ContractContext, partitions: number, work: (rig: MembershipRig) => Promise<void>) {
    const rig = new MembershipRig(ctx, await ctx.uniqueTopic(partitions))
    try {
      await work(rig)
      for (const { membership } of rig.#members) await membership.leave()
      rig.ownership.check()
    } finally {
      for (const { client } of rig.#members) await client.close({ timeoutMs: 1000 })
    }
  }

  /** Its name is its place, `a` the first. */
  join(options: RigMember = {}): GroupMember {
    const name = String.fromCharCode(97 + this.#members.length)
    const client = new KafkaClient(this.#bootstrap, { clientId: name, metadataMaxAgeMs: 1000 })
    const { groupId, topic, ownership } = this
    const member = new GroupMember({
      ...brisk,
      ...options,
      name,
      client,
      groupId,
      ownership,
      topics: [topic],
    })
    this.#members.push(member)
    return member
  }

  /** Until the partitions are divided like this. */
  async shared(shares: Readonly<Record<string, number>>, limitMs = 15_000): Promise<void> {
    const text = (one: Readonly<Record<string, number>>) => JSON.stringify(Object.entries(one).sort())
    await until(
      () => text(this.ownership.shares) === text(shares),
      () => text(this.ownership.shares),
      limitMs,
    )
  }
}

/** Fails with what there is once the time is up. */
export async function until(isSo: () => boolean, found: () => string, limitMs = 15_000): Promise<void> {
  for (const deadline = performance.now() + limitMs; !isSo(); await wait(10))
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${found()}`)
}
