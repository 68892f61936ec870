import { wordsOf } from './view'

/** The bytes make no sense. */
const blockDamaged = -1
/** The output would pass its limit. */
export const blockTooLarge = -2

/** Beyond this, moving memory as a whole beats moving it word by word. */
const longCopy = 48

/**
 * Decompresses one LZ4 block. It may write up to three bytes more than it answers, never beyond the target.
 *
 * @param floor how far back in the target a match may reach
 * @param write where the output begins
 * @param limit where it has to end, at most the target's length
 * @returns the end of the output, or one of the negative numbers above
 */
export function decodeBlock(
  source: Buffer,
  target: Buffer,
  floor: number,
  write: number,
  limit: number,
): number {
  const from = wordsOf(source)
  const to = wordsOf(target)
  const end = source.length
  for (let read = 0; read < end;) {
    const token = source[read++]!
    let literals = token >>> 4
    if (literals === 15) {
      const more = longer(source, read)
      literals += more
      read += bytesOf(more)
    }
    if (literals > end - read) return blockDamaged
    if (literals > limit - write) return blockTooLarge
    copyLiterals(source, from, read, target, to, write, literals)
    read += literals
    write += literals
    if (read === end) return write
    if (read + 2 > end) return blockDamaged
    const distance = source[read]! | (source[read + 1]! << 8)
    read += 2
    if (distance === 0 || distance > write - floor) return blockDamaged
    let match = (token & 15) + 4
    if (match === 19) {
      const more = longer(source, read)
      match += more
      read += bytesOf(more)
    }
    if (match > limit - write) return blockTooLarge
    copyMatch(target, to, write, distance, match)
    write += match
  }
  return blockDamaged
}

/** What the bytes from here on add to a length: all of them up to the first that is not 255. */
function longer(source: Buffer, at: number): number {
  let sum = 0
  for (let read = at; read < source.length; read++) {
    const byte = source[read]!
    sum += byte
    if (byte !== 255) break
  }
  return sum
}

/** How many bytes that took; one too many where the source ends in between, which leads beyond its end. */
function bytesOf(more: number): number {
  return Math.trunc(more / 255) + 1
}

function copyLiterals(
  source: Buffer,
  from: DataView,
  read: number,
  target: Buffer,
  to: DataView,
  write: number,
  length: number,
): void {
  if (length > longCopy) target.set(source.subarray(read, read + length), write)
  else if (read + length + 3 <= source.length && write + length + 3 <= target.length) {
    for (let i = 0; i < length; i += 4) to.setInt32(write + i, from.getInt32(read + i, true), true)
  } else for (let i = 0; i < length; i++) target[write + i] = source[read + i]!
}

/** A match may overlap what it makes, so words are copied only from four bytes back or more. */
function copyMatch(target: Buffer, to: DataView, write: number, distance: number, length: number): void {
  const start = write - distance
  if (length > longCopy && distance >= length) target.copyWithin(write, start, start + length)
  else if (distance >= 4 && write + length + 3 <= target.length) {
    for (let i = 0; i < length; i += 4) to.setInt32(write + i, to.getInt32(start + i, true), true)
  } else for (let i = 0; i < length; i++) target[write + i] = target[start + i]!
}
