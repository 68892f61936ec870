import { ArgumentError, Long, type Message } from '../../kernel'

const bytesExpected = 'a string, Buffer, Uint8Array or null'
const timeExpected = 'milliseconds since the epoch (whole number up to 2^53, bigint, Long) or a valid Date'

/**
 * A message's timestamp in milliseconds, or `fallback` when it has none; NaN when it is no time. -1 is Kafka's
 * word for "unknown".
 */
export function millisecondsOf(timestamp: Message['timestamp'], fallback: number): number {
  if (timestamp === undefined) return fallback
  const ms = typeof timestamp === 'number' ? timestamp : toMilliseconds(timestamp)
  return Number.isSafeInteger(ms) && ms >= -1 ? ms : NaN
}

function toMilliseconds(timestamp: Exclude<Message['timestamp'], number | undefined>): number {
  if (typeof timestamp === 'bigint') return Number(timestamp)
  if (timestamp instanceof Date) return timestamp.getTime()
  return Long.isLong(timestamp) ? timestamp.toNumber() : NaN
}

/** Throws the ArgumentError for a message that cannot be sent, naming its first wrong part. */
export function refuseMessage(message: Message, index: number | undefined): never {
  const name = index === undefined ? 'message' : `messages[${index}]`
  if (typeof message !== 'object' || message === null)
    throw new ArgumentError(name, message, 'a message { key, value, headers, timestamp }')
  const { key, value, headers, timestamp } = message
  if (key !== undefined && !isBytesOrNull(key)) throw new ArgumentError(`${name}.key`, key, bytesExpected)
  if (!isBytesOrNull(value)) throw new ArgumentError(`${name}.value`, value, bytesExpected)
  if (headers !== undefined) refuseHeaders(`${name}.headers`, headers)
  throw new ArgumentError(`${name}.timestamp`, timestamp, timeExpected)
}

/** Goes on when nothing is wrong with them. */
function refuseHeaders(name: string, headers: unknown): void {
  if (!Array.isArray(headers)) throw new ArgumentError(name, headers, 'an array of [name, value] pairs')
  headers.forEach((header: unknown, at) => {
    if (!Array.isArray(header)) throw new ArgumentError(`${name}[${at}]`, header, 'a [name, value] pair')
    const [key, value] = header as unknown[]
    if (typeof key !== 'string') throw new ArgumentError(`${name}[${at}][0]`, key, 'a string')
    if (!isBytesOrNull(value)) throw new ArgumentError(`${name}[${at}][1]`, value, bytesExpected)
  })
}

function isBytesOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string' || value instanceof Uint8Array
}
