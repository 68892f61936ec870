import type { TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { CommittedOffset } from './committed-offset'
import { PendingOffsets } from './pending-offsets'
import type { GroupSettings } from './settings'

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

/** The committed offsets of one group, and beside them those of open transactions. */
export class CommittedOffsets {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>()
  /** When each was committed, as a number that grows. */
  readonly #turns = new WeakMap<CommittedOffset, number>()
  readonly #pending = new PendingOffsets()
  #turn = 0

  get isEmpty(): boolean {
    return this.#topics.size === 0 && this.#pending.isEmpty
  }

  /** Whether an open transaction has an offset for it, so that nobody knows what will be committed (KIP-447). */
  isUnstable(partition: TopicPartition): boolean {
    return this.#pending.has(partition)
  }

  /** Where offsets go that count when the transaction of this producer commits. */
  pendingOf(producerId: bigint): Pick<CommittedOffsets, 'set'> {
    return {
      set: (partition, committed) =>
        this.#pending.set(producerId, partition, { committed, turn: ++this.#turn }),
    }
  }

  /** The transaction of this producer ends. What was committed after its offset was set stays. */
  endTransaction(producerId: bigint, isCommitted: boolean): void {
    for (const { committed, turn, ...partition } of this.#pending.take(producerId)) {
      const known = this.get(partition)
      const isLater = known !== undefined && (this.#turns.get(known) ?? 0) > turn
      if (isCommitted && !isLater) this.set(partition, committed, turn)
    }
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

  set({ topic, partition }: TopicPartition, committed: CommittedOffset, turn = ++this.#turn): void {
    this.#turns.set(committed, turn)
    const partitions = this.#topics.get(topic)
    if (partitions) partitions.set(partition, committed)
    else this.#topics.set(topic, new Map([[partition, committed]]))
  }

  /** What an open transaction has for it goes as well. */
  delete({ topic, partition }: TopicPartition): void {
    this.#pending.delete({ topic, partition })
    const partitions = this.#topics.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  /** The topic is gone, and with it what was read of it. */
  deleteTopic(topic: string): void {
    this.#pending.deleteTopic(topic)
    this.#topics.delete(topic)
  }
}

/** Stores what may be stored and says how each fared, in their order. `retentionMs` is null unless the commit has it. */
export function storeOffsets(
  offsets: Pick<CommittedOffsets, 'set'>,
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
