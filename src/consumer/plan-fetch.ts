import type { Position } from './position'

/** What the planner looks at in one partition. */
export interface PartitionView {
  /** Node id of its leader, or of the replica read from in its place; undefined while nobody is known to lead. */
  readonly leader: number | undefined
  /** undefined until it has been found out. */
  readonly position: Position | undefined
  /** Whether its position may not be in the log of the present leader, who is asked. */
  readonly isValidating: boolean
  /** Monotonic ms before which it must not be asked for, after an error. */
  readonly notBefore: number
  /** The subscriber wants nothing of it for now. */
  readonly isPaused: boolean
  /** Somebody takes what is delivered of it. */
  readonly isWanted: boolean
  /** Whether it ended with an error, which is told once all before it has been delivered. */
  readonly hasFailed: boolean
  /** Bytes that have arrived and were not delivered yet. */
  readonly bufferedBytes: number
  /** What to ask for at a time. */
  readonly fetchBytes: number
  /** With so many bytes in its buffer it is left out; one fetch more is then on its way. */
  readonly bufferBytes: number
}

/** What the planner knows of all of them. */
export interface FetchLimits {
  readonly now: number
  /** Leaders that are being asked already: one fetch at a time each. */
  readonly busy: ReadonlySet<number>
  /** Bytes that answers may still bring. */
  readonly room: number
  /** Nobody who holds anything will let go of it: the first partition is asked for however little room there is. */
  readonly isStuck: boolean
  /** So much memory is free that a partition may fill its buffer; else it is asked for only when that is empty. */
  readonly isAmple: boolean
  /** Bytes that one answer may bring, for however many partitions. */
  readonly fetchMaxBytes: number
}

/**
 * Why a partition is not asked for, and for how long at most a broker may then be asked to wait: whoever is left out
 * for a moment must not wait for the end of a long poll.
 */
const skipReasons = {
  failed: { maxWaitMs: Infinity, concerns: 'leader' },
  paused: { maxWaitMs: Infinity, concerns: 'leader' },
  unread: { maxWaitMs: Infinity, concerns: 'leader' },
  /** Besides, until its pause is over. */
  'backing-off': { maxWaitMs: 10, concerns: 'all' },
  locating: { maxWaitMs: 10, concerns: 'all' },
  validating: { maxWaitMs: 10, concerns: 'all' },
  'no-leader': { maxWaitMs: 10, concerns: 'all' },
  'fetch-under-way': { maxWaitMs: Infinity, concerns: 'leader' },
  'buffer-full': { maxWaitMs: 10, concerns: 'leader' },
  'no-room': { maxWaitMs: 10, concerns: 'all' },
} as const

export type SkipReason = keyof typeof skipReasons

/** A partition is asked for, or there is a reason why not. */
export type Decision =
  { readonly fetch: { readonly leader: number; readonly position: Position } } | { readonly skip: SkipReason }

export type Planned<P> = { readonly partition: P } & Decision

/** Which partitions to ask for, in their order, which is that of fairness. Each gets its decision. */
export function planFetches<P extends PartitionView>(
  partitions: readonly P[],
  limits: FetchLimits,
): readonly Planned<P>[] {
  let { room, isStuck } = limits
  const asked = new Map<number, number>()
  return partitions.map(partition => {
    const { leader = -1, fetchBytes } = partition
    const askedBefore = asked.get(leader) ?? 0
    // Beyond what the answer may bring, one partition more in it takes no room.
    const bytes = Math.min(fetchBytes, limits.fetchMaxBytes - askedBefore)
    const decision = decide(partition, limits, isStuck || bytes <= room)
    if ('fetch' in decision) {
      asked.set(leader, askedBefore + bytes)
      room -= bytes
      isStuck = false
    }
    return { partition, ...decision }
  })
}

function decide(partition: PartitionView, { now, busy, isAmple }: FetchLimits, hasRoom: boolean): Decision {
  const { leader, position } = partition
  if (partition.hasFailed) return { skip: 'failed' }
  if (partition.isPaused) return { skip: 'paused' }
  if (!partition.isWanted) return { skip: 'unread' }
  if (now < partition.notBefore) return { skip: 'backing-off' }
  if (position === undefined) return { skip: 'locating' }
  if (partition.isValidating) return { skip: 'validating' }
  if (leader === undefined) return { skip: 'no-leader' }
  if (busy.has(leader)) return { skip: 'fetch-under-way' }
  // A slow one must leave room to the others, however little there is.
  if (partition.bufferedBytes >= (isAmple ? partition.bufferBytes : 1)) return { skip: 'buffer-full' }
  if (!hasRoom) return { skip: 'no-room' }
  return { fetch: { leader, position } }
}

/** One fetch request. */
export interface FetchAsk<P> {
  readonly leader: number
  readonly parts: readonly { readonly partition: P; readonly position: Position }[]
  /** What its answer may bring, in bytes. */
  readonly maxBytes: number
  readonly maxWaitMs: number
}

interface AskLimits extends Pick<FetchLimits, 'now' | 'fetchMaxBytes'> {
  readonly fetchMaxWaitMs: number
}

/** The requests that make the plan real, one for each leader. */
export function asksOf<P extends PartitionView>(
  planned: readonly Planned<P>[],
  { now, fetchMaxBytes, fetchMaxWaitMs }: AskLimits,
): readonly FetchAsk<P>[] {
  const byLeader = new Map<number, { partition: P; position: Position }[]>()
  for (const plan of planned) {
    if (!('fetch' in plan)) continue
    const { leader, position } = plan.fetch
    const parts = byLeader.get(leader)
    if (parts) parts.push({ partition: plan.partition, position })
    else byLeader.set(leader, [{ partition: plan.partition, position }])
  }
  return [...byLeader].map(([leader, parts]) => ({
    leader,
    parts,
    maxBytes: Math.min(
      fetchMaxBytes,
      parts.reduce((sum, { partition }) => sum + partition.fetchBytes, 0),
    ),
    maxWaitMs: Math.min(fetchMaxWaitMs, maxWaitOf(planned, leader, now)),
  }))
}

function maxWaitOf(planned: readonly Planned<PartitionView>[], leader: number, now: number): number {
  let wait = Infinity
  for (const plan of planned) {
    if (!('skip' in plan)) continue
    const { maxWaitMs, concerns } = skipReasons[plan.skip]
    if (concerns === 'all' || plan.partition.leader === leader)
      wait = Math.min(wait, Math.max(maxWaitMs, Math.ceil(plan.partition.notBefore - now)))
  }
  return wait
}
