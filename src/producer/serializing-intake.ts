import { ArgumentError, isPromiseLike, SerializationError, type Bytes, type KafkaError } from '../kernel'
import type { Delivery } from '../deferred'
import { checkTopic } from '../client'
import type { Intake, Taking } from './intake'
import { checkValues, refuseForeign, type OutgoingMessage } from './outgoing'
import type { Receipt } from './receipt'
import { asBytes, keyOf, serialized, type KeyMaker, type Serializer } from './serializer'

interface Makers<Value> {
  readonly serializer?: Serializer<Value> | undefined
  readonly keyMaker?: KeyMaker<Value> | undefined
}

/** Who takes the calls of a producer with these options. */
export function takingOf<Value>(intake: Intake, { serializer, keyMaker }: Makers<Value>): Taking<Value> {
  if (serializer || keyMaker) return new SerializingIntake<Value>(intake, { serializer, keyMaker })
  // Without a serializer, values are bytes.
  return intake as Taking<never>
}

/** Takes calls in whose values, or keys, have to be made first. */
class SerializingIntake<Value> implements Taking<Value> {
  readonly #intake: Intake
  readonly #makers: Makers<Value>

  constructor(intake: Intake, makers: Makers<Value>) {
    this.#intake = intake
    this.#makers = makers
  }

  one(message: OutgoingMessage<Value>): Delivery<Receipt> {
    if (typeof message !== 'object' || message === null)
      throw new ArgumentError('message', message, 'an object with topic and value')
    const { topic, partition, value, headers, timestamp } = message
    checkTopic('topic', topic)
    if (value === undefined) refuseForeign(message)
    const { serializer, keyMaker } = this.#makers
    const key = keyOf(keyMaker, message.key, value, topic)
    const made = serialized(serializer, value, topic)
    if (!isPromiseLike(made))
      return this.#intake.one({ topic, partition, key, value: made, headers, timestamp })
    return this.#later({ topic, partition, key, headers, timestamp }, [made])
  }

  many(topic: string, givenKey: Bytes | null | undefined, values: readonly Value[]): Delivery<Receipt> {
    checkValues(givenKey, values)
    checkTopic('topic', topic)
    const { serializer, keyMaker } = this.#makers
    const key = keyOf(keyMaker, givenKey, values[0]!, topic)
    const made: (Bytes | null | PromiseLike<Bytes | null>)[] = []
    try {
      for (const value of values) made.push(serialized(serializer, value, topic))
    } catch (error) {
      hush(made)
      throw error
    }
    if (made.some(isPromiseLike)) return this.#later({ topic, key }, made)
    return this.#intake.many(topic, key, made as (Bytes | null)[])
  }

  failWaiting(error: KafkaError): void {
    this.#intake.failWaiting(error)
  }

  close(error: KafkaError): void {
    this.#intake.close(error)
  }

  #later(
    draft: Omit<OutgoingMessage, 'value'>,
    made: readonly (Bytes | null | PromiseLike<Bytes | null>)[],
  ): Delivery<Receipt> {
    try {
      const { delivery, resolve, reject } = this.#intake.later(draft)
      const failed = (error: unknown): void =>
        reject(new SerializationError(draft.topic, 'serializer', error))
      Promise.all(made.map(one => Promise.resolve(one)))
        .then(values => values.map(asBytes))
        .then(resolve, failed)
      return delivery
    } catch (error) {
      hush(made)
      throw error
    }
  }
}

/** Nobody will hear what becomes of these; a rejection must not end the process. */
function hush(made: readonly unknown[]): void {
  for (const one of made) if (isPromiseLike(one)) one.then(undefined, ignored)
}

function ignored(): void {
  // The call has failed already.
}
