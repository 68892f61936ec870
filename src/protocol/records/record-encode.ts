import type { Bytes, Headers } from '../../kernel'
import { varintSize, writeVarint, writeVarlong } from './varint'

/** Up to this many characters a loop over them is faster than the call that writes a string. */
const loopLength = 20
/** Up to this many bytes a loop is faster than the call that copies them. */
const loopBytes = 8

/**
 * Writes one record and answers the position behind it. The room that `sizeOf` tells must be there.
 * Lengths come before what they measure: their width is guessed, and the bytes are moved where the guess was wrong.
 *
 * @param lengthWidth guess for the width of the record's length, in bytes; that of the record before is a good one
 */
export function writeRecord(
  buffer: Buffer,
  start: number,
  key: Bytes | null,
  value: Bytes | null,
  headers: Headers | undefined,
  offsetDelta: number,
  timestampDelta: number,
  lengthWidth: number,
): number {
  const body = start + lengthWidth
  buffer[body] = 0
  let at = writeVarlong(buffer, body + 1, timestampDelta)
  at = writeVarint(buffer, at, offsetDelta)
  at = writeBytes(buffer, at, key)
  at = writeBytes(buffer, at, value)
  if (headers === undefined) buffer[at++] = 0
  else at = writeHeaders(buffer, at, headers)
  return patchLength(buffer, start, lengthWidth, at)
}

function writeHeaders(buffer: Buffer, start: number, headers: Headers): number {
  let at = writeVarint(buffer, start, headers.length)
  for (let index = 0; index < headers.length; index++) {
    const header = headers[index]!
    at = writeString(buffer, at, header[0])
    at = writeBytes(buffer, at, header[1])
  }
  return at
}

function writeBytes(buffer: Buffer, start: number, bytes: Bytes | null): number {
  if (typeof bytes === 'string') return writeString(buffer, start, bytes)
  if (bytes === null) {
    buffer[start] = 1
    return start + 1
  }
  const { length } = bytes
  const at = writeVarint(buffer, start, length)
  if (length > loopBytes) buffer.set(bytes, at)
  else for (let index = 0; index < length; index++) buffer[at + index] = bytes[index]!
  return at + length
}

function writeString(buffer: Buffer, start: number, text: string): number {
  const { length } = text
  if (length <= loopLength) {
    const end = writeAscii(buffer, start + 1, text)
    if (end > 0) {
      buffer[start] = length << 1
      return end
    }
  }
  const width = varintSize(length)
  const end = start + width + buffer.write(text, start + width)
  return patchLength(buffer, start, width, end)
}

/** The position behind a text of ASCII characters only; 0 where there is another one. */
function writeAscii(buffer: Buffer, start: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return 0
    buffer[start + index] = code
  }
  return start + text.length
}

/** Writes the length of what ends at `end` before it, and answers where it ends then. */
function patchLength(buffer: Buffer, start: number, guessedWidth: number, end: number): number {
  const length = end - start - guessedWidth
  const width = varintSize(length)
  if (width !== guessedWidth) buffer.copyWithin(start + width, start + guessedWidth, end)
  writeVarint(buffer, start, length)
  return end + width - guessedWidth
}
