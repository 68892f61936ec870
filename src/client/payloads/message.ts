import { ArgumentError, compressionTypes, type Bytes, type CompressionType, type Message } from '../../kernel'
import { sizeOf } from '../../protocol'

/** What a Message may carry beside key and value. */
export type MessageExtras = Pick<Message, 'headers' | 'timestamp'>

/** One message to write. `null` as value is a tombstone. */
export function createMessage(
  value: Bytes | null,
  key: Bytes | null = null,
  extras: MessageExtras = {},
): Message {
  return { key, value, ...extras }
}

/** Messages that travel as one batch, compressed together. */
export interface MessageSet {
  readonly messages: readonly Message[]
  readonly compression: CompressionType
  /** In the codec's own scale. */
  readonly level: number | undefined
}

/** How to compress; default not at all. */
export interface MessageSetOptions {
  readonly compression?: CompressionType
  readonly level?: number
}

/**
 * Messages (or bare values) as one batch. The form on the wire follows the broker: batch v2, or message set v1 or v0.
 *
 * @throws ArgumentError naming what cannot be sent, such as `messages[3].value`
 */
export function createMessageSet(
  messages: readonly (Message | Bytes | null)[],
  options: MessageSetOptions = {},
): MessageSet {
  const { compression = 'none', level } = options
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new ArgumentError('messages', messages, 'an array with at least one message')
  }
  if (!compressionTypes.includes(compression)) {
    throw new ArgumentError('compression', compression, `one of ${compressionTypes.join(', ')}`)
  }
  const all = messages.map(asMessage)
  all.forEach(sizeOf)
  return { messages: all, compression, level }
}

function asMessage(given: Message | Bytes | null): Message {
  return given === null || typeof given === 'string' || given instanceof Uint8Array
    ? createMessage(given)
    : given
}
