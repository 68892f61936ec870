import { Option, optional, settle } from '../../kernel'

/** How fast a wire is; undefined: as fast as it can. */
export interface Pace {
  readonly readBytesPerSecond?: number | undefined
  readonly writeBytesPerSecond?: number | undefined
}

const rate = optional(
  new Option<number>('a number of bytes per second above 0', 0, value =>
    Number.isFinite(value) && (value as number) > 0 ? (value as number) : undefined,
  ),
)

const paceOptions = { readBytesPerSecond: rate, writeBytesPerSecond: rate }

/** Throws an ArgumentError for a rate that no wire can have: 0, less, or without an end. */
export function checkPace(pace: Pace | undefined): Pace {
  return settle('setPace', paceOptions, pace)
}
