import type { TopicPartition } from '../kernel'

/** A member of a group, as its leader knows it. */
export interface GroupMember {
  readonly memberId: string
  /** Name of a static member (KIP-345); null for all others. */
  readonly groupInstanceId: string | null
  readonly topics: readonly string[]
}

/** Who gets what, by member id. Who is missing gets nothing. */
export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>

/**
 * Divides the partitions of a group among its members. Runs in the member that leads the group, for all of them, so
 * every member must have an assignor of this name. Pure: the same members and topics give the same assignment.
 */
export interface Assignor {
  /** As all clients of the group call it. */
  readonly name: string
  /**
   * Each partition of a topic to exactly one of the members that subscribe to it.
   *
   * @param partitions how many each subscribed topic has; topics that are not there (yet) are missing
   */
  assign(members: readonly GroupMember[], partitions: ReadonlyMap<string, number>): Assignment
}
