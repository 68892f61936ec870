const seed = 0x9747b28c
const mix = 0x5bd1e995

/** The hash by which Java's client places keys, so that a key lands on the same partition whoever writes it. Unsigned. */
export function murmur2(key: Uint8Array): number {
  const { length } = key
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
