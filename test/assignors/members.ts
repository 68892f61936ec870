import type { Assignor, GroupMember } from '../../src/assignors'

/** One member and the topics that it subscribes to. */
export function member(memberId: string, ...topics: readonly string[]): GroupMember {
  return { memberId, groupInstanceId: null, topics }
}

/** What an assignor gives each member, as `topic/partition`s. */
export const assigned =
  (assignor: Assignor) => (members: readonly GroupMember[], counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      [...assignor.assign(members, new Map(Object.entries(counts)))].map(([memberId, list]) => [
        memberId,
        list.map(({ topic, partition }) => `${topic}/${partition}`).join(' '),
      ]),
    )
