import { ArgumentError, type CompressionType } from '../kernel'

/** The levels that a type knows, from the fastest to the smallest output; no row, no levels. */
const levels: Partial<Record<CompressionType, readonly [min: number, max: number]>> = {
  gzip: [1, 9],
  zstd: [-131072, 22],
}

/** Raises an ArgumentError for a level that the type does not have; undefined is the type's default. */
export function checkLevel(type: CompressionType, level: number | undefined, argument = 'level'): void {
  if (level === undefined) return
  const range = levels[type]
  if (range === undefined) throw new ArgumentError(argument, level, `none, since ${type} has no levels`)
  const [min, max] = range
  if (!Number.isInteger(level) || level < min || level > max)
    throw new ArgumentError(argument, level, `an integer from ${min} to ${max} for ${type}`)
}
