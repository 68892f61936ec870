import type { Bytes, KafkaError } from '../kernel'
import type { OutgoingMessage } from './outgoing'
import type { Receipt } from './receipt'

/** A message for `sendAll`, with whatever its result is to bring back. */
export interface PassingMessage<Value = Bytes | null> extends OutgoingMessage<Value> {
  readonly passThrough?: unknown
}

/** What came with a message: `undefined` if it brings nothing. */
export type PassThroughOf<M> = M extends unknown
  ? 'passThrough' extends keyof M
    ? M['passThrough']
    : undefined
  : never

/** A message of a `sendAll` that was delivered. */
export interface SentMessage<PassThrough = unknown> extends Receipt {
  /** What came with the message. */
  readonly passThrough: PassThrough
}

/** A message of a `sendAll` that failed, with `onError: 'emit'`. */
export interface UnsentMessage<PassThrough = unknown> {
  readonly error: KafkaError
  /** What came with the message. */
  readonly passThrough: PassThrough
}

/** Where `sendAll` can fetch messages at its own pace. */
export type PulledSource<M> = Iterable<M> | AsyncIterable<M>
