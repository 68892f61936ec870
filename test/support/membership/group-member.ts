import { coreOf, type KafkaClient } from '../../../src/client'
import {
  Membership,
  settleMembership,
  type MembershipEvent,
  type MembershipOptions,
} from '../../../src/group'
import type { KafkaError, TopicPartition } from '../../../src/kernel'
import type { Ownership } from './ownership'

export interface GroupMemberOptions extends MembershipOptions {
  readonly name: string
  readonly client: KafkaClient
  readonly groupId: string
  readonly topics: readonly string[]
  readonly ownership: Ownership
  /** What it does to let go. */
  readonly letGo?: (member: GroupMember) => Promise<void>
}

/** A member of a group whose partitions are in a book with those of the others; it reads nothing. */
export class GroupMember {
  readonly name: string
  readonly client: KafkaClient
  readonly membership: Membership
  readonly events: MembershipEvent[] = []
  readonly failures: KafkaError[] = []

  constructor({ name, client, groupId, topics, ownership, letGo, ...options }: GroupMemberOptions) {
    this.name = name
    this.client = client
    this.membership = new Membership({
      client: coreOf(client),
      groupId,
      topics,
      settings: settleMembership(options),
      emit: event => void this.events.push(event),
      onAssigned: partitions => ownership.gain(name, partitions),
      onRevoked: async partitions => {
        await letGo?.(this)
        if (!this.#hasLost(partitions)) ownership.release(name, partitions)
      },
      onLost: partitions => ownership.release(name, partitions),
      onFailed: error => void this.failures.push(error),
    })
    this.membership.start()
  }

  of<T extends MembershipEvent['type']>(type: T): readonly Extract<MembershipEvent, { type: T }>[] {
    return this.events.filter(event => event.type === type) as Extract<MembershipEvent, { type: T }>[]
  }

  #hasLost(partitions: readonly TopicPartition[]): boolean {
    return this.of('lost').some(lost => lost.partitions === partitions)
  }
}
