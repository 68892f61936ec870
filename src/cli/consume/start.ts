import { OFFSET_EARLIEST, OFFSET_LATEST } from 'rx-kafka'
import { UsageError } from '../usage-error'

/** Where to begin: at an end of the log, at an offset, so many messages before the end, or at a time in ms. */
export type Start =
  | { readonly at: 'beginning' }
  | { readonly at: 'end' }
  | { readonly at: 'offset'; readonly offset: bigint }
  | { readonly at: 'last'; readonly count: bigint }
  | { readonly at: 'time'; readonly time: bigint }

/** What of a partition's log can be read: offsets from `first` to before `next`. */
export interface Range {
  readonly first: bigint
  readonly next: bigint
}

const largest = 2n ** 63n - 1n

/** Reads `beginning`, `end`, `42`, `-42`, `s@1700000000000`. */
export function startOf(text: string): Start {
  if (text === 'beginning' || text === 'end') return { at: text }
  const [, time, sign, digits] = /^(s@)?(-)?(\d{1,19})$/.exec(text) ?? []
  const number = BigInt(digits ?? -1)
  if (number >= 0n && number <= largest) {
    if (time === undefined) return sign ? { at: 'last', count: number } : { at: 'offset', offset: number }
    if (sign === undefined) return { at: 'time', time: number }
  }
  const expected = 'beginning, end, an offset, -N for the last N or s@TIME in ms since 1970'
  throw new UsageError(`--offset: expected ${expected}, got "${text}"`)
}

/** The offset to begin at. What the log does not have is moved to where it begins or ends. */
export function startIn(range: Range, start: Exclude<Start, { at: 'time' }>): bigint {
  switch (start.at) {
    case 'beginning':
      return range.first
    case 'end':
      return range.next
    case 'offset':
      return within(range, start.offset)
    case 'last':
      return within(range, range.next - start.count)
  }
}

function within({ first, next }: Range, offset: bigint): bigint {
  if (offset < first) return first
  return offset > next ? next : offset
}

/** What a consumer is told; undefined when the partitions may begin at different offsets. */
export function commonStart({ at }: Start): bigint | undefined {
  if (at === 'beginning') return OFFSET_EARLIEST
  return at === 'end' ? OFFSET_LATEST : undefined
}
