import {
  ArgumentError,
  checkInt64,
  Long,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type Int64Input,
} from '../kernel'

/** Where to start: `OFFSET_EARLIEST`, `OFFSET_LATEST`, `OFFSET_COMMITTED`, or an offset. */
export type StartOffset = Int64Input

/** The same as what has to be found out; an offset is known already. */
export type Target = 'earliest' | 'latest' | 'committed' | bigint

const named = new Map<bigint, Target>([
  [OFFSET_EARLIEST, 'earliest'],
  [OFFSET_LATEST, 'latest'],
  [OFFSET_COMMITTED, 'committed'],
])

/** Refuses with an ArgumentError what is no start, and `OFFSET_COMMITTED` without a group. */
export function targetOf(start: unknown, groupId: string | undefined): Target {
  const offset = isInt64(start) ? checkInt64('start offset', start) : undefined
  const target = offset === undefined ? undefined : (named.get(offset) ?? offset)
  if (target === undefined || (typeof target === 'bigint' && target < 0n)) {
    const expected = 'an offset from 0, OFFSET_EARLIEST, OFFSET_LATEST or OFFSET_COMMITTED'
    throw new ArgumentError('start offset', start, expected)
  }
  if (target === 'committed' && groupId === undefined) {
    throw new ArgumentError('consumer option groupId', groupId, 'a group id, to start at OFFSET_COMMITTED')
  }
  return target
}

function isInt64(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value) || Long.isLong(value)
}
