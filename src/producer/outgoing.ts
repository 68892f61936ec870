import { ArgumentError, type Bytes, type Message } from '../kernel'

/** One message with its destination. */
export interface OutgoingMessage<Value = Bytes | null> extends Omit<Message, 'value'> {
  /** What the producer's serializer takes; without one bytes or text, `null` for a tombstone. */
  readonly value: Value
  readonly topic: string
  /** Default: the partitioner chooses. One that the topic does not have yet is waited for, up to `maxBlockMs`. */
  readonly partition?: number | undefined
}

/** Says to a call in the form of kafkajs what it is here. Goes on when it is none. */
export function refuseForeign(message: object): void {
  if ('messages' in message)
    throw new ArgumentError(
      'message.messages',
      message.messages,
      'one message { topic, key, value }; for several, sendMessages(topic, key, values) or sendAll(messages)',
    )
}

/** Goes on when there is a value at least. */
export function checkValues(key: unknown, values: unknown): void {
  if (Array.isArray(values) && values.length > 0) return
  if (values === undefined && Array.isArray(key))
    throw new ArgumentError('key', key, 'a key, or null: sendMessages(topic, key, values)')
  throw new ArgumentError('messages', values, 'an array with at least one value')
}

/** The same message, sharing no bytes with the caller. */
export function copied({ key = null, value, headers, timestamp }: Message): Message {
  return {
    key: copy(key),
    value: copy(value),
    headers: headers?.map(([name, content]) => [name, copy(content)]),
    timestamp,
  }
}

function copy(bytes: Bytes | null): Bytes | null {
  return bytes instanceof Uint8Array ? Buffer.from(bytes) : bytes
}
