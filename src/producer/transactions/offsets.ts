import { ArgumentError, byTopic, checkOffset, type Int64Input, type TopicPartition } from '../../kernel'

/** What a group has done with one partition: the next offset to read. */
export interface TransactionOffset extends TopicPartition {
  /** One more than that of the last message done. */
  readonly offset: Int64Input
  /** Leader epoch of the last message done, where known. */
  readonly leaderEpoch?: number | undefined
  /** A text kept with the offset. */
  readonly metadata?: string | null | undefined
}

/**
 * Whose offsets they are. With the member's id and generation they are refused once it has been put out of the group
 * (KIP-447); without, as for partitions that one assigns oneself, they are taken from anybody.
 */
export interface GroupMetadata {
  readonly groupId: string
  /** Default -1: none. */
  readonly generationId?: number | undefined
  /** Default empty: none. */
  readonly memberId?: string | undefined
  readonly groupInstanceId?: string | null | undefined
}

export interface ReadyOffset extends TopicPartition {
  readonly offset: bigint
  readonly leaderEpoch: number
  readonly metadata: string | null
}

export type ReadyGroup = Required<{
  readonly [K in keyof GroupMetadata]: NonNullable<GroupMetadata[K]> | null
}> & {
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
}

/** @throws ArgumentError naming the offset that cannot be used */
export function checkOffsets(offsets: readonly TransactionOffset[]): readonly ReadyOffset[] {
  if (!Array.isArray(offsets)) throw new ArgumentError('sendOffsets offsets', offsets, 'an array')
  return offsets.map(
    ({ topic, partition, offset, leaderEpoch = -1, metadata = '' }: TransactionOffset, i) => {
      const what = `sendOffsets offsets[${i}]`
      if (typeof topic !== 'string' || topic === '')
        throw new ArgumentError(`${what}.topic`, topic, 'a topic')
      if (!Number.isInteger(partition) || partition < 0)
        throw new ArgumentError(`${what}.partition`, partition, 'a whole number from 0')
      return { topic, partition, leaderEpoch, metadata, offset: checkOffset(`${what}.offset`, offset) }
    },
  )
}

/** @throws ArgumentError */
export function checkGroup(group: string | GroupMetadata): ReadyGroup {
  const given: Partial<GroupMetadata> | null = typeof group === 'string' ? { groupId: group } : group
  const { groupId, generationId = -1, memberId = '', groupInstanceId = null } = given ?? {}
  if (typeof groupId !== 'string' || groupId === '')
    throw new ArgumentError('sendOffsets group', group, 'a group id, or an object with groupId')
  return { groupId, generationId, memberId, groupInstanceId }
}

/** As the body of TxnOffsetCommit has them. */
export function offsetTopics(offsets: readonly ReadyOffset[], version: number) {
  return [...byTopic(offsets)].map(([name, list]) => ({
    name,
    partitions: list.map(({ partition, offset, leaderEpoch, metadata }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedMetadata: metadata,
      ...(version >= 2 ? { committedLeaderEpoch: leaderEpoch } : {}),
    })),
  }))
}

/** Members are known to TxnOffsetCommit from version 3 on; a member is not left out in silence. */
export function memberFields({ generationId, memberId, groupInstanceId }: ReadyGroup, version: number) {
  const isMember = generationId >= 0 || memberId !== '' || groupInstanceId !== null
  return version >= 3 || isMember ? { generationId, memberId, groupInstanceId } : {}
}
