import {
  ArgumentError,
  compressionTypes,
  UnsupportedError,
  type Bytes,
  type Codec,
  type Message,
} from '../../kernel'
import { attributes, lengthOverhead } from './batch-layout'
import { legacyCrc, legacyKeyAt, legacyLayout } from './legacy-message'
import { millisecondsOf } from './message-check'
import { sizeOf } from './message-size'

/** How a message set is to be written. */
export interface EncodeMessageSetOptions {
  /** The format: 1 for Kafka 0.10, 0 for what is older. */
  readonly magic: 0 | 1
  /** Default: not compressed. */
  readonly codec?: Codec | undefined
  /** Compression level in the codec's own scale; default: the codec's. */
  readonly level?: number | undefined
  /** Milliseconds since the epoch, for messages without a time of their own; format 0 has none. */
  readonly timestamp: number
  /** The offsets of the messages in a log, rising; default: from 0. */
  readonly offsets?: readonly bigint[] | undefined
  /** Whether the times are those of appending to the log; default false. Format 0 does not tell. */
  readonly appendTime?: boolean | undefined
}

interface Plain {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly timestamp: number
}

/**
 * The messages as a message set, for brokers before Kafka 0.11. A compressed set is one outer message with the last
 * one's offset; inside of it format 1 counts from the first one's (KIP-31). Headers raise an UnsupportedError, since
 * these formats have none; what cannot be sent at all raises an ArgumentError.
 */
export function encodeMessageSet(messages: readonly Message[], options: EncodeMessageSetOptions): Buffer {
  const { magic, codec, level, timestamp, offsets = messages.map((_, index) => BigInt(index)) } = options
  if (magic !== 0 && magic !== 1) throw new ArgumentError('magic', magic, '0 or 1')
  if (messages.length === 0) throw new ArgumentError('messages', messages, 'at least one message')
  const plain = messages.map((message, index) => toPlain(message, index, timestamp, magic))
  const bits = options.appendTime && magic === 1 ? attributes.appendTime : 0
  const isCompressed = codec !== undefined && codec.type !== 'none'
  const base = isCompressed && magic === 1 ? offsets[0]! : 0n
  const set = Buffer.concat(
    plain.map((message, index) => encodeMessage(message, magic, offsets[index]! - base, bits)),
  )
  if (!isCompressed) return set
  const newest = plain.reduce((max, message) => Math.max(max, message.timestamp), -1)
  const outer = { key: null, value: codec.compress(set, level), timestamp: newest }
  return encodeMessage(outer, magic, offsets.at(-1)!, bits | compressionTypes.indexOf(codec.type))
}

function toPlain(message: Message, index: number, timestamp: number, magic: number): Plain {
  sizeOf(message, index)
  if (message.headers !== undefined && message.headers.length > 0)
    throw new UnsupportedError(
      `messages[${index}].headers: message format ${magic} has no headers; they need Kafka 0.11 or later`,
    )
  return {
    key: toBytes(message.key ?? null),
    value: toBytes(message.value),
    timestamp: millisecondsOf(message.timestamp, timestamp),
  }
}

function toBytes(bytes: Bytes | null): Uint8Array | null {
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}

function encodeMessage(
  { key, value, timestamp }: Plain,
  magic: number,
  offset: bigint,
  attributeBits: number,
): Buffer {
  const keyAt = legacyKeyAt(magic)
  const message = Buffer.alloc(keyAt + 8 + (key?.length ?? 0) + (value?.length ?? 0))
  message.writeBigInt64BE(offset, legacyLayout.offset)
  message.writeInt32BE(message.length - lengthOverhead, legacyLayout.size)
  message[legacyLayout.magic] = magic
  message[legacyLayout.attributes] = attributeBits
  if (magic === 1) message.writeBigInt64BE(BigInt(timestamp), legacyLayout.timestamp)
  writeBytes(message, writeBytes(message, keyAt, key), value)
  message.writeUInt32BE(legacyCrc(message), legacyLayout.crc)
  return message
}

/** Length, -1 for null, and bytes; answers the position behind them. */
function writeBytes(message: Buffer, at: number, bytes: Uint8Array | null): number {
  message.writeInt32BE(bytes?.length ?? -1, at)
  if (bytes === null) return at + 4
  message.set(bytes, at + 4)
  return at + 4 + bytes.length
}
