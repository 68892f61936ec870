const seed = 0x9747b28c
const mix = 0x5bd1e995

/** Where short texts are encoded: most keys are, and a buffer for each costs more than the hash. */
const scratch = new Uint8Array(64)

/**
 * The hash by which Java's client places keys, so that a key lands on the same partition whoever writes it. Unsigned.
 *
 * @param key bytes, or text that stands for its UTF-8
 */
export function murmur2(key: string | Uint8Array): number {
  if (typeof key !== 'string') return hashOf(key, key.length)
  return writeAscii(key) ? hashOf(scratch, key.length) : murmur2(Buffer.from(key))
}

/** False for a text that is too long, or has other characters. */
function writeAscii(text: string): boolean {
  const { length } = text
  if (length > scratch.length) return false
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) return false
    scratch[at] = code
  }
  return true
}

function hashOf(key: Uint8Array, length: number): number {
  const whole = length & ~3
  let hash = seed ^ length
  for (let at = 0; at < whole; at += 4) {
    let word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24)
    word = Math.imul(word, mix)
    word ^= word >>> 24
    hash = Math.imul(hash, mix) ^ Math.imul(word, mix)
  }
  const rest = length - whole
  if (rest > 0) {
    if (rest === 3) hash ^= key[whole + 2]! << 16
    if (rest >= 2) hash ^= key[whole + 1]! << 8
    hash = Math.imul(hash ^ key[whole]!, mix)
  }
  hash = Math.imul(hash ^ (hash >>> 13), mix)
  return (hash ^ (hash >>> 15)) >>> 0
}
