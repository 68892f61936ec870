import { DeserializationError, isPromiseLike, receivedJson, type ReceivedMessage } from '../kernel'
import type { Deserializers } from './deserializer'

type Part = DeserializationError['part']
type Inspect = (value: object, options: object) => string

/** A message whose key and value are what deserializers made of them; reading what they could not make throws why. */
export class DeserializedMessage implements ReceivedMessage<unknown, unknown> {
  readonly raw: ReceivedMessage
  readonly #by: Deserializers
  #key: unknown = null
  #value: unknown = null
  #failure: DeserializationError | undefined
  #isToldToFail = false

  constructor(raw: ReceivedMessage, by: Deserializers) {
    this.raw = raw
    this.#by = by
  }

  get topic(): string {
    return this.raw.topic
  }

  get partition(): number {
    return this.raw.partition
  }

  get offset(): bigint {
    return this.raw.offset
  }

  get timestamp(): bigint {
    return this.raw.timestamp
  }

  get timestampType(): ReceivedMessage['timestampType'] {
    return this.raw.timestampType
  }

  get key(): unknown {
    if (this.#failure) throw this.#failure
    return this.#key
  }

  get value(): unknown {
    if (this.#failure) throw this.#failure
    return this.#value
  }

  get headers(): ReceivedMessage['headers'] {
    return this.raw.headers
  }

  /** Why it could not be deserialized; undefined: it was. */
  get failure(): DeserializationError | undefined {
    return this.#failure
  }

  /** What `deserialize` answers, but for the first call, which leaves the failure as it is. */
  again(): Promise<unknown> | undefined {
    if (this.#isToldToFail) return this.deserialize()
    this.#isToldToFail = true
    return undefined
  }

  /** Runs the deserializers; once more after a failure. Never throws; with a promise it has ended when that has resolved. */
  deserialize(): Promise<unknown> | undefined {
    this.#failure = undefined
    const key = this.#make('key')
    const value = this.#make('value')
    return key && value ? Promise.all([key, value]) : (key ?? value)
  }

  /** As it is for JSON: what could not be deserialized are bytes. */
  toJSON(): object {
    return receivedJson(this.raw, this.#shown)
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: object, inspect: Inspect): string {
    const { topic, partition, offset, timestamp, timestampType, headers } = this.raw
    const { key, value } = this.#shown
    return `Message ${inspect({ topic, partition, offset, timestamp, timestampType, key, value, headers }, options)}`
  }

  get #shown(): { readonly key: unknown; readonly value: unknown } {
    return this.#failure ? this.raw : { key: this.#key, value: this.#value }
  }

  #make(part: Part): Promise<void> | undefined {
    const bytes = this.raw[part]
    const deserializer = this.#by[part]
    if (bytes === null || deserializer === undefined) {
      this.#set(part, bytes)
      return undefined
    }
    try {
      const made = deserializer(bytes, this.raw)
      if (isPromiseLike(made))
        return Promise.resolve(made).then(
          value => this.#set(part, value),
          (error: unknown) => this.#fail(part, error),
        )
      this.#set(part, made)
    } catch (error) {
      this.#fail(part, error)
    }
    return undefined
  }

  #set(part: Part, made: unknown): void {
    if (part === 'key') this.#key = made
    else this.#value = made
  }

  #fail(part: Part, cause: unknown): void {
    this.#failure ??= new DeserializationError(this.raw, part, cause)
  }
}

/** These messages, once deserialized. */
export function deserialized(
  messages: readonly ReceivedMessage[],
  by: Deserializers,
): readonly DeserializedMessage[] | Promise<readonly DeserializedMessage[]> {
  const made = messages.map(message => new DeserializedMessage(message, by))
  const underWay = made.flatMap(message => message.deserialize() ?? [])
  return underWay.length === 0 ? made : Promise.all(underWay).then(() => made)
}

/** Why this message could not be deserialized. */
export function failureOf(
  message: ReceivedMessage<unknown, unknown> | undefined,
): DeserializationError | undefined {
  return message instanceof DeserializedMessage ? message.failure : undefined
}
