import type { TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { GroupSettings } from './settings'

/** How far a group has read one partition. */
export interface CommittedOffset {
  /** The next offset to read. */
  readonly offset: bigint
  /** Of the last record read; -1 unknown (KIP-320). */
  readonly leaderEpoch: number
  readonly metadata: string
  /** When it was committed, ms. */
  readonly committedAt: number
  /** When it expires, where the commit said so (until version 4 of OffsetCommit), ms. */
  readonly expiresAt: number | null
}

/** One partition of a commit. */
export interface OffsetToCommit extends TopicPartition {
  readonly offset: bigint
  readonly leaderEpoch: number
  /** Null is stored as ''. */
  readonly metadata: string | null
  /** When the client says that it was committed (version 1 of OffsetCommit), ms; null takes the time it arrives. */
  readonly committedAt: number | null
}

export type StoredOffset = TopicPartition & CommittedOffset

/**
 * The committed offsets of one group. Offsets of open transactions will have their place beside them; they make
 * OffsetFetch with `requireStable` answer UNSTABLE_OFFSET_COMMIT.
 */
export class CommittedOffsets {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>()

  get isEmpty(): boolean {
    return this.#topics.size === 0
  }

  get({ topic, partition }: TopicPartition): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition)
  }

  /** All of them, topic by topic, in the order in which they first came. */
  all(): StoredOffset[] {
    return [...this.#topics].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, committed]) => ({ topic, partition, ...committed })),
    )
  }

  set({ topic, partition }: TopicPartition, committed: CommittedOffset): void {
    const partitions = this.#topics.get(topic)
    if (partitions) partitions.set(partition, committed)
    else this.#topics.set(topic, new Map([[partition, committed]]))
  }

  delete({ topic, partition }: TopicPartition): void {
    const partitions = this.#topics.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  /** The topic is gone, and with it what was read of it. */
  deleteTopic(topic: string): void {
    this.#topics.delete(topic)
  }
}

/** Stores what may be stored and says how each fared, in their order. `retentionMs` is null unless the commit has it. */
export function storeOffsets(
  offsets: CommittedOffsets,
  commits: readonly OffsetToCommit[],
  now: number,
  { retentionMs, settings }: { readonly retentionMs: number | null; readonly settings: GroupSettings },
): ErrorName[] {
  const expiresAt = retentionMs === null ? null : now + retentionMs
  return commits.map(commit => {
    const { offset, leaderEpoch } = commit
    const metadata = commit.metadata ?? ''
    if (metadata.length > settings.offsetMetadataMaxBytes) return 'OFFSET_METADATA_TOO_LARGE'
    offsets.set(commit, { offset, leaderEpoch, metadata, committedAt: commit.committedAt ?? now, expiresAt })
    return 'NONE'
  })
}
