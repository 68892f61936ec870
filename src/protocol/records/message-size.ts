import type { Bytes, Headers, Message } from '../../kernel'
import { millisecondsOf, refuseMessage } from './message-check'

/** Above this a string's bytes are counted, so that the estimate of a large text is not three times too high. */
const countedLength = 4096
const maxVarintBytes = 5
/** Record length, attributes, timestamp, offset, key length, value length, header count. */
const recordOverhead = maxVarintBytes + 1 + 10 + 4 * maxVarintBytes
const wrong = -1

/**
 * What the message takes in a batch at most, in bytes; short strings count three bytes a character. Throws an
 * ArgumentError naming what cannot be sent: `messages[3].value`, or `message.value` without an index.
 */
export function sizeOf(message: Message, index?: number): number {
  if (typeof message !== 'object' || message === null) refuseMessage(message, index)
  const { key = null, value, headers, timestamp } = message
  const size = sizeOfParts(key, value, headers)
  return size < 0 || Number.isNaN(millisecondsOf(timestamp, 0)) ? refuseMessage(message, index) : size
}

/** The same of messages that were looked at before, with their texts counted instead of estimated. */
export function exactSizeOf(messages: readonly Message[]): number {
  return messages.reduce(
    (sum, { key = null, value, headers }) =>
      sum + recordOverhead + byteLength(key) + byteLength(value) + (headers ? headersSize(headers) : 0),
    0,
  )
}

/** The same of what was taken out of a message; negative when it cannot be sent. */
export function sizeOfParts(key: Bytes | null, value: Bytes | null, headers: Headers | undefined): number {
  const keySize = bytesSize(key)
  const valueSize = bytesSize(value)
  const allHeaders = headers === undefined ? 0 : headersSize(headers)
  if (keySize < 0 || valueSize < 0 || allHeaders < 0) return wrong
  return recordOverhead + keySize + valueSize + allHeaders
}

function headersSize(headers: Headers): number {
  if (!isArray(headers)) return wrong
  let size = 0
  for (let at = 0; at < headers.length; at++) {
    const header = headers[at]!
    if (!isArray(header) || typeof header[0] !== 'string') return wrong
    const valueSize = bytesSize(header[1])
    if (valueSize < 0) return wrong
    size += 2 * maxVarintBytes + stringSize(header[0]) + valueSize
  }
  return size
}

function bytesSize(bytes: Bytes | null): number {
  if (bytes === null) return 0
  if (typeof bytes === 'string') return stringSize(bytes)
  return bytes instanceof Uint8Array ? bytes.length : wrong
}

function byteLength(bytes: Bytes | null): number {
  return bytes === null ? 0 : Buffer.byteLength(bytes)
}

function stringSize(text: string): number {
  return text.length <= countedLength ? 3 * text.length : Buffer.byteLength(text)
}

/** Says nothing of the elements, whose types are told by the caller. */
function isArray(value: unknown): boolean {
  return Array.isArray(value)
}
