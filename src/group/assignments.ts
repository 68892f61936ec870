import { ArgumentError, byTopic, inspect, type TopicPartition } from '../kernel'
import type { Assignment, Assignor, GroupMember } from '../assignors'
import { decodeAssignment, decodeSubscription, encodeAssignment } from '../protocol'
import type { Assignments, JoinAnswer } from './classic-requests'

/** The members as their leader is told of them. */
export function membersIn({ members }: Pick<JoinAnswer, 'members'>): readonly GroupMember[] {
  return members.map(({ memberId, groupInstanceId, metadata }) => ({
    memberId,
    groupInstanceId,
    topics: decodeSubscription(metadata).topics,
  }))
}

/** What the members are assigned, as the coordinator takes it. ArgumentError for an assignor that throws or answers wrongly. */
export function divide(
  assignor: Assignor,
  members: readonly GroupMember[],
  partitions: ReadonlyMap<string, number>,
): Assignments {
  const assignment = askFor(assignor, members, partitions)
  check(assignor, assignment, members, partitions)
  return members.map(({ memberId }) => ({
    memberId,
    assignment: encodeAssignment({
      assignedPartitions: [...byTopic(assignment.get(memberId) ?? [])].map(([topic, list]) => ({
        topic,
        partitions: list.map(({ partition }) => partition),
      })),
    }),
  }))
}

function askFor(
  assignor: Assignor,
  members: readonly GroupMember[],
  partitions: ReadonlyMap<string, number>,
): Assignment {
  try {
    const assignment: unknown = assignor.assign(members, partitions)
    if (assignment instanceof Map) return assignment as Assignment
    throw new TypeError(`it answered ${inspect(assignment)}`)
  } catch (cause) {
    throw new ArgumentError(`assignor ${assignor.name}`, cause, 'partitions by member id, in a Map', {
      cause,
    })
  }
}

/** What this member is assigned. */
export function partitionsIn(assignment: Buffer): readonly TopicPartition[] {
  return decodeAssignment(assignment).assignedPartitions.flatMap(({ topic, partitions }) =>
    [...new Set(partitions)].map(partition => ({ topic, partition })),
  )
}

/** A partition that nobody reads, or that two read, would be noticed much later. */
function check(
  { name }: Assignor,
  assignment: Assignment,
  members: readonly GroupMember[],
  partitions: ReadonlyMap<string, number>,
): void {
  const open = new Set(
    [...partitions].flatMap(([topic, count]) => Array.from({ length: count }, (_, i) => `${topic}/${i}`)),
  )
  const topicsOf = new Map(members.map(({ memberId, topics }) => [memberId, topics]))
  for (const [memberId, list] of assignment)
    for (const { topic, partition } of list) {
      const isFit = topicsOf.get(memberId)?.includes(topic) ?? false
      if (isFit && open.delete(`${topic}/${partition}`)) continue
      const expected = 'each partition that there is, once, to members that subscribe to its topic'
      throw new ArgumentError(`answer of assignor ${name}`, `${topic}/${partition} to ${memberId}`, expected)
    }
  if (open.size === 0) return
  throw new ArgumentError(
    `answer of assignor ${name}`,
    `nobody for ${[...open].slice(0, 3).join(', ')}`,
    'somebody for every partition',
  )
}
