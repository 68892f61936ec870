import { crc32 } from 'node:zlib'

/** A message of format 0 or 1 (before Kafka 0.11), as it stands in a message set. */
export interface LegacyMessage {
  readonly offset: bigint
  readonly magic: number
  readonly attributes: number
  /** -1n in format 0. */
  readonly timestamp: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** Where the fields are, in bytes from the offset. Format 1 puts a timestamp of 8 bytes before the key. */
export const legacyLayout = {
  offset: 0,
  size: 8,
  crc: 12,
  magic: 16,
  attributes: 17,
  timestamp: 18,
} as const

/** Bytes before the key. */
export function legacyKeyAt(magic: number): number {
  return magic === 0 ? legacyLayout.timestamp : legacyLayout.timestamp + 8
}

/** Bytes of the smallest message there can be, with null as key and value. */
export function legacyMinBytes(magic: number): number {
  return legacyKeyAt(magic) + 8
}

/** The CRC-32 that the message must have: that of everything from its magic on. */
export function legacyCrc(message: Buffer): number {
  return crc32(message.subarray(legacyLayout.magic))
}

/** Takes the bytes of exactly one message apart; a string says what is wrong with them. */
export function readLegacyMessage(bytes: Buffer): LegacyMessage | string {
  const magic = bytes[legacyLayout.magic]
  if (magic !== 0 && magic !== 1) return `magic ${magic} in a message set`
  const keyAt = legacyKeyAt(magic)
  if (bytes.length < keyAt + 8) return `a message of ${bytes.length} bytes`
  const keyLength = bytes.readInt32BE(keyAt)
  const valueAt = keyAt + 4 + Math.max(0, keyLength)
  if (keyLength < -1 || valueAt + 4 > bytes.length) return `key length ${keyLength}`
  const valueLength = bytes.readInt32BE(valueAt)
  if (valueLength < -1 || valueAt + 4 + Math.max(0, valueLength) !== bytes.length)
    return `value length ${valueLength}`
  return {
    offset: bytes.readBigInt64BE(legacyLayout.offset),
    magic,
    attributes: bytes[legacyLayout.attributes]!,
    timestamp: magic === 0 ? -1n : bytes.readBigInt64BE(legacyLayout.timestamp),
    key: keyLength < 0 ? null : bytes.subarray(keyAt + 4, valueAt),
    value: valueLength < 0 ? null : bytes.subarray(valueAt + 4),
  }
}
