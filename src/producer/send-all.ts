import { isObservable, Observable, type OperatorFunction } from 'rxjs'
import { ArgumentError, settle } from '../kernel'
import { sendAllOptions, type SendAllOptions } from './send-all-options'
import { PulledMessages } from './send-all-pulled'
import { PushedMessages } from './send-all-pushed'
import { SendAllRow, type SendAllContext } from './send-all-row'
import type { PassingMessage, PulledSource, SentMessage, UnsentMessage } from './send-all-types'

type Result = SentMessage | UnsentMessage

/** What `producer.sendAll` does, by what it is given first: a source that can be pulled, or options. */
export function sendAll<Value>(
  context: SendAllContext<Value>,
  first: unknown,
  second: SendAllOptions | undefined,
): Observable<Result> | OperatorFunction<PassingMessage<Value>, Result> {
  if (isPulled<Value>(first))
    return results(context, second, row =>
      new PulledMessages<Value, PassingMessage<Value>>(row).readFrom(first),
    )
  if (isObservable(first)) return results(context, undefined, refuseObservable)
  const options = first as SendAllOptions | undefined
  return source =>
    results(context, options, row => new PushedMessages<Value, PassingMessage<Value>>(row).readFrom(source))
}

function results<Value>(
  context: SendAllContext<Value>,
  options: SendAllOptions | undefined,
  begin: (row: SendAllRow<Value>) => void,
): Observable<Result> {
  return new Observable(subscriber => {
    const row = new SendAllRow(context, settle('sendAll', sendAllOptions, options), subscriber)
    // Before it begins, since it may be over before that has ended.
    subscriber.add(() => row.close())
    begin(row)
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
