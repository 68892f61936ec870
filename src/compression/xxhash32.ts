const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1

/** xxHash32 with seed 0 of less than 16 bytes, which is all that a frame's header can be; unsigned. */
export function shortXxHash32(bytes: Buffer): number {
  let hash = (prime5 + bytes.length) | 0
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    hash = rotateLeft((hash + Math.imul(bytes.readInt32LE(at), prime3)) | 0, 17)
    hash = Math.imul(hash, prime4)
  }
  for (; at < bytes.length; at++) {
    hash = rotateLeft((hash + Math.imul(bytes[at]!, prime5)) | 0, 11)
    hash = Math.imul(hash, prime1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), prime2)
  hash = Math.imul(hash ^ (hash >>> 13), prime3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
