import type { ClassicGroup } from './classic-group'
import type { CommittedOffsets, StoredOffset } from './offsets'
import { isConsumerGroup, isSubscribed } from './subscribed-topics'

/** Deletes what nobody has used for `retentionMs` (KIP-211). */
export function expireOffsets(
  group: ClassicGroup,
  offsets: CommittedOffsets,
  now: number,
  retentionMs: number,
): void {
  for (const stored of offsets.all()) {
    if (offsets.isUnstable(stored)) continue
    const unusedSince = unusedSinceOf(group, stored)
    if (unusedSince === null) continue
    const expiresAt = stored.expiresAt ?? unusedSince + retentionMs
    if (now >= expiresAt) offsets.delete(stored)
  }
}

/**
 * Since when an offset is not in use; null while it is. With members only a Stable group of consumers is sure of its
 * topics; without, it is the last member's going that counts, or the commit where there were no members ever.
 */
function unusedSinceOf(group: ClassicGroup, { topic, committedAt }: StoredOffset): number | null {
  if (group.protocolType === null) return committedAt
  if (isSubscribed(group, topic)) return null
  if (group.state === 'Empty') return group.stateSince
  const isSure = isConsumerGroup(group) && group.subscribedTopics !== null && group.state === 'Stable'
  return isSure ? committedAt : null
}
