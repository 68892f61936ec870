import type { Observable, OperatorFunction } from 'rxjs'
import type { Bytes, KafkaError } from '../kernel'
import type { OutgoingMessage } from './outgoing'
import type { Receipt } from './receipt'
import type { SendAllOptions } from './send-all-options'

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

/** With these options a failure may be among the results. */
type Emitting = SendAllOptions & { readonly onError: 'emit' }
type Failing = SendAllOptions & { readonly onError?: 'delay' | 'stop' | undefined }

/** All messages of a source: one that can be pulled, or in a pipe. */
export interface SendAll<Value> {
  <M extends PassingMessage<Value>>(
    source: PulledSource<M>,
    options: Emitting,
  ): Observable<SentMessage<PassThroughOf<M>> | UnsentMessage<PassThroughOf<M>>>
  <M extends PassingMessage<Value>>(
    source: PulledSource<M>,
    options?: Failing,
  ): Observable<SentMessage<PassThroughOf<M>>>
  <M extends PassingMessage<Value>>(
    options: Emitting,
  ): OperatorFunction<M, SentMessage<PassThroughOf<M>> | UnsentMessage<PassThroughOf<M>>>
  <M extends PassingMessage<Value>>(options?: Failing): OperatorFunction<M, SentMessage<PassThroughOf<M>>>
}
