/** Bytes that a signed 32-bit value takes as zigzag varint: 1 to 5. */
export function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x200000) return 3
  return zigzag < 0x10000000 ? 4 : 5
}

/** Writes a signed 32-bit value as zigzag varint and answers the position behind it. The room must be there. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  if (rest < 0x80) {
    bytes[at] = rest
    return at + 1
  }
  while (rest > 0x7f) {
    bytes[at++] = rest | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

/** Writes a whole number of any size up to 2^53 as zigzag varint; otherwise as `writeVarint`. */
export function writeVarlong(bytes: Uint8Array, at: number, value: number): number {
  const small = value | 0
  if (small === value) return writeVarint(bytes, at, small)
  return writeBigVarlong(bytes, at, value)
}

function writeBigVarlong(bytes: Uint8Array, at: number, value: number): number {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  while (rest > 0x7fn) {
    bytes[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  bytes[at++] = Number(rest)
  return at
}

/** The zigzag varint of up to 64 bits that begins here; its end must have been checked before. */
export function readVarlong(bytes: Uint8Array, at: number): bigint {
  let zigzag = 0n
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++]!
    zigzag |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n))
}
