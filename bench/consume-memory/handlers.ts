import { setTimeout as wait } from 'node:timers/promises'
import { concatMap, mergeMap, type Observable } from 'rxjs'
import { Consumer, OFFSET_EARLIEST, type KafkaClient } from '../../src'

export interface Reading {
  readonly client: KafkaClient
  readonly topic: string
  /** That each batch takes. */
  readonly handlerMs: number
  readonly handled: (messages: number) => void
}

export const handlerNames = ['process', 'manual', 'concatMap'] as const

export type HandlerName = (typeof handlerNames)[number]

/** Ways to take one's time. */
export const handlers: Readonly<Record<HandlerName, (reading: Reading) => Observable<unknown>>> = {
  process: ({ client, topic, handlerMs, handled }) =>
    new Consumer(client, topic).process(
      async batch => {
        await wait(handlerMs)
        handled(batch.messages.length)
      },
      { from: OFFSET_EARLIEST },
    ),
  manual: ({ client, topic, handlerMs, handled }) =>
    new Consumer(client, topic, { ack: 'manual' }).start(OFFSET_EARLIEST).pipe(
      mergeMap(async batch => {
        await wait(handlerMs)
        handled(batch.messages.length)
        batch.ack()
      }),
    ),
  /** Reading the messages is the ack: as many batches as may be out wait in `concatMap`. */
  concatMap: ({ client, topic, handlerMs, handled }) =>
    new Consumer(client, topic).start(OFFSET_EARLIEST).pipe(
      concatMap(async batch => {
        const { messages } = batch
        await wait(handlerMs)
        handled(messages.length)
      }),
    ),
}
