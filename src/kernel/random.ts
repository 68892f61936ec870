import { ArgumentError } from './errors'

/** A number in [0, 1). The only source of chance, so that a test can replay it. */
export type Random = () => number

/** The dice of this process. */
export const systemRandom: Random = () => Math.random()

/** The same numbers again for the same seed (mulberry32). Throws an ArgumentError for what is no whole number. */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new ArgumentError('seededRandom seed', seed, 'a whole number')
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
