import type { Observable, OperatorFunction } from 'rxjs'
import type { Bytes, KafkaError } from '../kernel'
import type { OutgoingMessage } from './outgoing'
import type { Receipt } from './receipt'
import type { OnError, SendAllOptions } from './send-all-options'

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

/** What `sendAll` tells of a message of this type: with `onError: 'emit'` it may be a failure. */
export type SendAllResult<M, Failures extends OnError = OnError> =
  SentMessage<PassThroughOf<M>> | ('emit' extends Failures ? UnsentMessage<PassThroughOf<M>> : never)

/** Where `sendAll` can fetch messages at its own pace. */
export type PulledSource<M> = Iterable<M> | AsyncIterable<M>

/** All messages of a source: one that can be pulled, or in a pipe. */
export interface SendAll<Value> {
  <M extends PassingMessage<Value>, Failures extends OnError = 'delay'>(
    source: PulledSource<M>,
    options?: SendAllOptions<Failures>,
  ): Observable<SendAllResult<M, Failures>>
  <M extends PassingMessage<Value>, Failures extends OnError = 'delay'>(
    options?: SendAllOptions<Failures>,
  ): OperatorFunction<M, SendAllResult<M, Failures>>
}
