import { Long, toBigInt } from '../kernel'
import { unknownTags } from './field'

/** Whether two field values mean the same: int64 in any of its three forms, bytes by content, the rest by parts. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isInt64(a) && isInt64(b)) return toBigInt(a) === toBigInt(b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => equalValues(value, b[index]))
  }
  // Tagged fields that we do not know are content too.
  if (unknownTags in a) return false
  return Object.entries(b).every(([name, value]) => {
    const own = (a as Record<string, unknown>)[name]
    return own === undefined || equalValues(own, value)
  })
}

function isInt64(value: unknown): value is number | bigint | Long {
  return (
    (typeof value === 'number' && Number.isInteger(value)) || typeof value === 'bigint' || Long.isLong(value)
  )
}
