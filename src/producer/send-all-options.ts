import { count, oneOf, type OptionsOf, type Settled, type Shown } from '../kernel'

export const sendAllOptions = {
  /** Messages that were handed over and whose results have not been told. Default 10,000. */
  maxInFlight: count(10_000),
  /**
   * What a message that fails means for the others.
   * `'delay'` (default): all results are told, then comes a FailedMessagesError if any failed.
   * `'stop'`: no more is read; the results before it are told, then comes its error.
   * `'emit'`: its result is `{ error, passThrough }`, and the stream goes on; it completes even if all have failed.
   * In each of them it is over at once when the broker refuses who we are, and no more is read when the producer is
   * closed, or the transaction lost or over.
   */
  onError: oneOf(['delay', 'stop', 'emit'], 'delay'),
  /**
   * Only in a pipe, where the source cannot be held back: what happens to a message for which there is no room.
   * `'error'` (default): no more is read; the results before it are told, then comes a BufferFullError.
   * `'drop'`: it is left out and has no result; `events$` tells of it.
   */
  overflow: oneOf(['error', 'drop'], 'error'),
  /**
   * What becomes of accepted messages when you unsubscribe, or an error ends the stream before them.
   * `'drain'` (default): they are delivered. `'abandon'`: those are taken back whose batch is not sealed.
   */
  onUnsubscribe: oneOf(['drain', 'abandon'], 'drain'),
}

type Given = OptionsOf<typeof sendAllOptions>

/** What a message that fails means for the others of its `sendAll`. */
export type OnError = NonNullable<Given['onError']>

/** @typeParam Failures which `onError` it is, as far as the compiler knows; it tells what results there may be */
export type SendAllOptions<Failures extends OnError = OnError> = Shown<
  Omit<Given, 'onError'> & { readonly [K in keyof Pick<Given, 'onError'>]?: Failures | undefined }
>
export type SendAllSettings = Settled<typeof sendAllOptions>
