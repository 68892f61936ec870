import { isPromiseLike, SerializationError, type Bytes } from '../kernel'

/**
 * Makes the bytes of a value, when it is sent. `null` makes a tombstone. What it throws, or is rejected with, fails
 * that call alone, with a SerializationError.
 */
export type Serializer<Value> = (value: Value, topic: string) => Bytes | null | PromiseLike<Bytes | null>

/**
 * Makes the key of a message that was given none (`undefined`; `null` means no key), when it is sent. What it throws
 * fails that call alone, with a SerializationError.
 */
export type KeyMaker<Value> = (value: Value, topic: string) => Bytes | null

/** The value as bytes, or what will be them. Raises a SerializationError. */
export function serialized<Value>(
  serializer: Serializer<Value> | undefined,
  value: Value,
  topic: string,
): Bytes | null | PromiseLike<Bytes | null> {
  // Without one, values are bytes already.
  if (!serializer) return value as Bytes | null
  try {
    const made = serializer(value, topic)
    return isPromiseLike(made) ? made : asBytes(made)
  } catch (error) {
    throw new SerializationError(topic, 'serializer', error)
  }
}

/** The key that was given, or the one that is made. Raises a SerializationError. */
export function keyOf<Value>(
  keyMaker: KeyMaker<Value> | undefined,
  key: Bytes | null | undefined,
  value: Value,
  topic: string,
): Bytes | null {
  if (key !== undefined || !keyMaker) return key ?? null
  try {
    return asBytes(keyMaker(value, topic))
  } catch (error) {
    throw new SerializationError(topic, 'keyMaker', error)
  }
}

/** What a serializer or keyMaker has made, if it can be sent. */
export function asBytes(made: unknown): Bytes | null {
  if (made === null || typeof made === 'string' || made instanceof Uint8Array) return made
  throw new TypeError(`it made ${typeof made} where a string, a Uint8Array or null was expected`)
}
