import OriginalLong from 'long'
import { ArgumentError } from './errors'

/**
 * The class, however a compiler sees its package: as the module itself, or as its default export. Declarations that
 * import either of the two are wrong for those who see the other.
 */
type ClassIn<M> = M extends { readonly default: infer C } ? C : M
type LongClass = ClassIn<typeof import('long')>

/** The class of the package `long`. */
export const Long: LongClass = OriginalLong
/** An int64 of the package `long`. */
export type Long = InstanceType<LongClass>

/** What an int64 may be given as. */
export type Int64Input = number | bigint | Long

/** An int64 of a protocol body as bigint. */
export function toBigInt(value: Int64Input): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return BigInt(value)
  return (BigInt(value.high) << 32n) | BigInt(value.low >>> 0)
}

/** An int64 as Long, the form that bodies of `request(Api)` speak. */
export function toLong(value: Int64Input): Long {
  if (typeof value === 'bigint')
    return new Long(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
  return typeof value === 'number' ? Long.fromNumber(value) : value
}

const min = -(2n ** 63n)
const max = 2n ** 63n - 1n

/** The value as bigint; an ArgumentError naming `argument` when it is not a whole number of 64 bits. */
export function checkInt64(argument: string, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= min && value <= max) return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (Long.isLong(value)) return toBigInt(value)
  throw new ArgumentError(argument, value, 'a whole number (number up to 2^53, bigint or Long)')
}

/** The value as the offset of a message: a whole number from 0. */
export function checkOffset(argument: string, value: unknown): bigint {
  const offset = checkInt64(argument, value)
  if (offset >= 0n) return offset
  throw new ArgumentError(argument, value, 'an offset, from 0')
}
