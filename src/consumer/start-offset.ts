import {
  ArgumentError,
  checkInt64,
  Long,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type Clock,
  type Int64Input,
} from '../kernel'

/**
 * Where to start: `OFFSET_EARLIEST`, `OFFSET_LATEST`, `OFFSET_COMMITTED`, an offset, or a time: the first message at
 * that time or later, by the messages' timestamps; the end of the log when there is none.
 */
export type StartOffset =
  | Int64Input
  | { readonly at: Date }
  /** Milliseconds before now. */
  | { readonly agoMs: number }

/** The same as what has to be found out; an offset is known already. */
export type Target = 'earliest' | 'latest' | 'committed' | bigint | TimeTarget

export interface TimeTarget {
  /** Milliseconds since the epoch. */
  readonly time: bigint
}

const named = new Map<bigint, Target>([
  [OFFSET_EARLIEST, 'earliest'],
  [OFFSET_LATEST, 'latest'],
  [OFFSET_COMMITTED, 'committed'],
])

/** Refuses with an ArgumentError what is no start, and `OFFSET_COMMITTED` without a group. */
export function targetOf(start: unknown, groupId: string | undefined, clock: Clock): Target {
  const target = isInt64(start) ? targetOfNumber(start) : timeTarget(start, clock)
  if (target === undefined) {
    const expected =
      'an offset from 0, OFFSET_EARLIEST, OFFSET_LATEST, OFFSET_COMMITTED, { at: Date } or { agoMs } from 0'
    throw new ArgumentError('start offset', start, expected)
  }
  if (target === 'committed' && groupId === undefined) {
    throw new ArgumentError('consumer option groupId', groupId, 'a group id, to start at OFFSET_COMMITTED')
  }
  return target
}

/** So many milliseconds before now. Times before 1970 have names of their own on the wire. */
export function timeAgo(ms: number, clock: Clock): TimeTarget {
  return { time: BigInt(Math.max(0, Math.floor(clock.now()) - ms)) }
}

function targetOfNumber(start: unknown): Target | undefined {
  const offset = checkInt64('start offset', start)
  return named.get(offset) ?? (offset < 0n ? undefined : offset)
}

function timeTarget(start: unknown, clock: Clock): TimeTarget | undefined {
  if (typeof start !== 'object' || start === null) return undefined
  const { at, agoMs } = start as { at?: unknown; agoMs?: unknown }
  if (at instanceof Date && agoMs === undefined && at.getTime() >= 0) return { time: BigInt(at.getTime()) }
  if (at !== undefined || !Number.isSafeInteger(agoMs) || (agoMs as number) < 0) return undefined
  return timeAgo(agoMs as number, clock)
}

function isInt64(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value) || Long.isLong(value)
}
