import { wordsOf } from './view'

/** No match begins in the last twelve bytes of a block nor reaches into its last five: decoders count on it. */
const noMatchStart = 12
const noMatch = 5
const minMatch = 4
const longCopy = 32

const hashBits = 13
/** By the hash of four bytes: where in the block they were seen last. Blocks are at most 64 KiB. */
const seen = new Uint16Array(1 << hashBits)

/** The most that a block of so many bytes may take. */
export function encodedBound(bytes: number): number {
  return bytes + Math.trunc(bytes / 255) + 16
}

/**
 * Compresses one independent LZ4 block in a single greedy pass.
 *
 * @param source the block, at most 64 KiB
 * @param target with room for `encodedBound` bytes from `at` on
 * @returns the end of the output
 */
export function encodeBlock(source: Buffer, target: Buffer, at: number): number {
  const from = wordsOf(source)
  const to = wordsOf(target)
  const matchEnd = source.length - noMatch
  let write = at
  let anchor = 0
  seen.fill(0)
  for (let read = findMatch(from, 0); read >= 0; read = findMatch(from, anchor)) {
    let match = lastMatch
    while (read > anchor && match > 0 && source[read - 1] === source[match - 1]) {
      read--
      match--
    }
    const literals = read - anchor
    const length = minMatch + commonBytes(from, read + minMatch, match + minMatch, matchEnd)
    const token = write
    write = writeLength(target, write + 1, literals)
    if (literals > longCopy) target.set(source.subarray(anchor, read), write)
    else for (let i = 0; i < literals; i += 4) to.setInt32(write + i, from.getInt32(anchor + i, true), true)
    write += literals
    target[write] = read - match
    target[write + 1] = (read - match) >>> 8
    write = writeLength(target, write + 2, length - minMatch)
    target[token] = (Math.min(literals, 15) << 4) | Math.min(length - minMatch, 15)
    anchor = read + length
    if (anchor < source.length - noMatchStart) seen[hashAt(from, anchor - 2)] = anchor - 2
  }
  const literals = source.length - anchor
  target[write] = Math.min(literals, 15) << 4
  write = writeLength(target, write + 1, literals)
  target.set(source.subarray(anchor), write)
  return write + literals
}

/** Where the match of the last findMatch lies. */
let lastMatch = 0

/** The next position whose four bytes were seen before, or -1; strides grow where nothing repeats. */
function findMatch(from: DataView, start: number): number {
  const end = from.byteLength - noMatchStart
  for (let read = start, misses = 1 << 6; read < end; read += misses++ >>> 6) {
    const word = from.getInt32(read, true)
    const hash = Math.imul(word, 0x9e3779b1) >>> (32 - hashBits)
    const match = seen[hash]!
    seen[hash] = read
    if (match < read && from.getInt32(match, true) === word) {
      lastMatch = match
      return read
    }
  }
  return -1
}

function hashAt(from: DataView, at: number): number {
  return Math.imul(from.getInt32(at, true), 0x9e3779b1) >>> (32 - hashBits)
}

function commonBytes(from: DataView, start: number, match: number, end: number): number {
  let at = start
  for (let other = match; at + 4 <= end; at += 4, other += 4) {
    const difference = from.getInt32(at, true) ^ from.getInt32(other, true)
    if (difference !== 0) return at - start + ((31 - Math.clz32(difference & -difference)) >>> 3)
  }
  while (at < end && from.getUint8(at) === from.getUint8(match + at - start)) at++
  return at - start
}

/** The part of a length that its four bits in the token do not hold. */
function writeLength(target: Buffer, at: number, length: number): number {
  if (length < 15) return at
  let write = at
  let left = length - 15
  for (; left >= 255; left -= 255) target[write++] = 255
  target[write++] = left
  return write
}
