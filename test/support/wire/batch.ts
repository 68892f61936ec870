import { codecs } from '../../../src/compression'
import { crc32c, type CompressionType, type Message } from '../../../src/kernel'
import { encodeBatch, type Stamp } from '../../../src/protocol'

export interface BatchOptions extends Stamp {
  readonly compression?: CompressionType
  readonly transactional?: boolean
  /** Of messages without a time of their own; default now. */
  readonly timestamp?: number
}

/** One record batch of these messages, or of these values. */
export function batchOf(
  messages: readonly (string | Message)[],
  { compression, timestamp = Date.now(), ...options }: BatchOptions = {},
): Buffer {
  return encodeBatch(
    messages.map(message => (typeof message === 'string' ? { value: message } : message)),
    { ...options, timestamp, ...(compression && { codec: codecs(compression) }) },
  )
}

/** The fields of a batch's header: where, and how many bytes. */
const headerFields = {
  baseOffset: [0, 8],
  batchLength: [8, 4],
  leaderEpoch: [12, 4],
  magic: [16, 1],
  crc: [17, 4],
  attributes: [21, 2],
  lastOffsetDelta: [23, 4],
  baseTimestamp: [27, 8],
  maxTimestamp: [35, 8],
  producerId: [43, 8],
  producerEpoch: [51, 2],
  baseSequence: [53, 4],
  count: [57, 4],
} as const

export type HeaderField = keyof typeof headerFields

/**
 * A copy of a batch with other values in its header, as no client writes it. The checksum is right again, unless it
 * is among them.
 */
export function patched(batch: Buffer, values: Readonly<Partial<Record<HeaderField, number>>>): Buffer {
  const copy = Buffer.from(batch)
  for (const [name, value] of Object.entries(values)) write(copy, name as HeaderField, value)
  if (values.crc === undefined) copy.writeUInt32BE(crc32c(copy, headerFields.attributes[0]), 17)
  return copy
}

function write(batch: Buffer, name: HeaderField, value: number): void {
  const [at, size] = headerFields[name]
  const bits = size * 8
  const unsigned = BigInt.asUintN(bits, BigInt(value))
  for (let index = 0; index < size; index++)
    batch[at + index] = Number((unsigned >> BigInt(bits - 8 * (index + 1))) & 0xffn)
}

/** One byte behind the header is another than when the checksum was made. */
export function damaged(batch: Buffer): Buffer {
  const copy = Buffer.from(batch)
  copy[copy.length - 1]! ^= 1
  return copy
}
