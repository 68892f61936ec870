import { isObservable, Observable } from 'rxjs'
import { ArgumentError, settle } from '../kernel'
import { sendAllOptions, type SendAllOptions } from './send-all-options'
import { PulledMessages } from './send-all-pulled'
import { PushedMessages } from './send-all-pushed'
import { SendAllRow, type SendAllContext } from './send-all-row'
import type { PassingMessage, PulledSource, SendAll, SentMessage, UnsentMessage } from './send-all-types'

type Result = SentMessage | UnsentMessage

/** The `sendAll` of a producer or a transaction. */
export function sendAllOf<Value>(context: SendAllContext<Value>): SendAll<Value> {
  return ((first?: unknown, second?: SendAllOptions) => sendAll(context, first, second)) as SendAll<Value>
}

/** What is done is said by what is given first: a source that can be pulled, or options. */
function sendAll<Value>(context: SendAllContext<Value>, first: unknown, second: SendAllOptions | undefined) {
  if (isPulled<Value>(first))
    return results(context, second, row =>
      new PulledMessages<Value, PassingMessage<Value>>(row).readFrom(first),
    )
  if (isObservable(first)) return results(context, undefined, refuseObservable)
  const options = first as SendAllOptions | undefined
  return (source: Observable<PassingMessage<Value>>) =>
    results(context, options, row => new PushedMessages<Value, PassingMessage<Value>>(row).readFrom(source))
}

function results<Value>(
  context: SendAllContext<Value>,
  options: SendAllOptions | undefined,
  begin: (row: SendAllRow<Value>) => void,
): Observable<Result> {
  return new Observable(subscriber => {
    try {
      const row = new SendAllRow(context, settle('sendAll', sendAllOptions, options), subscriber)
      // Before it begins, since it may be over before that has ended.
      subscriber.add(() => row.close())
      begin(row)
    } catch (error) {
      context.part?.failed(error)
      throw error
    }
  })
}

function isPulled<Value>(source: unknown): source is PulledSource<PassingMessage<Value>> {
  return (
    typeof source === 'object' &&
    source !== null &&
    (Symbol.asyncIterator in source || Symbol.iterator in source)
  )
}

function refuseObservable(): never {
  throw new ArgumentError(
    'source',
    'an Observable',
    'an iterable; for an Observable, source.pipe(producer.sendAll())',
  )
}
