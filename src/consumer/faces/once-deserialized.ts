import { Observable } from 'rxjs'
import type { ReceivedMessage } from '../../kernel'
import { DeserializedMessage } from '../deserialized-message'
import { runHandler } from './run-handler'

/**
 * Calls the handler of a message that is deserialized. One that is not has failed already the first time, and is tried again
 * before the handler is called the next times.
 */
export function onceDeserialized(
  message: ReceivedMessage<unknown, unknown>,
  handler: () => unknown,
): unknown {
  if (!(message instanceof DeserializedMessage) || !message.failure) return handler()
  const underWay = message.again()
  if (underWay === undefined) return handlerOf(message, handler)
  return new Observable(subscriber => {
    const run = (): unknown => handlerOf(message, handler)
    const ended = { done: () => subscriber.complete(), failed: (error: unknown) => subscriber.error(error) }
    void underWay.then(() => {
      if (!subscriber.closed) subscriber.add(runHandler(run, ended))
    })
  })
}

function handlerOf({ failure }: DeserializedMessage, handler: () => unknown): unknown {
  if (failure) throw failure
  return handler()
}
