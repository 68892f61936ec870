import type { ReceivedMessage } from '../kernel'

/**
 * Makes a key, or a value, of its bytes, before the message is delivered; those of one batch may run side by side. A key or
 * value that is `null` is left alone. What it throws, or is rejected with, is a DeserializationError of that message.
 *
 * @param message as it is in the log
 */
export type Deserializer<T> = (bytes: Buffer, message: ReceivedMessage) => T | PromiseLike<T>

/** Those of one consumer. */
export interface Deserializers {
  readonly key: Deserializer<unknown> | undefined
  readonly value: Deserializer<unknown> | undefined
}

interface DeserializerOptions {
  readonly keyDeserializer: Deserializer<unknown> | undefined
  readonly valueDeserializer: Deserializer<unknown> | undefined
}

/** Undefined where there are none. */
export function deserializersOf({
  keyDeserializer: key,
  valueDeserializer: value,
}: DeserializerOptions): Deserializers | undefined {
  return key || value ? { key, value } : undefined
}
