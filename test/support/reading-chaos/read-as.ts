import type { Observable } from 'rxjs'
import { OFFSET_COMMITTED, OFFSET_EARLIEST, type ReceivedMessage } from '../../../src/kernel'
import type { Batch, Consumer } from '../../../src/consumer'
import type { FaceName } from './schedule'

/** What becomes of messages. */
export interface Work {
  given(messages: readonly ReceivedMessage[]): void
  done(messages: readonly ReceivedMessage[]): void
  /** Resolves some time later. */
  pause(): Promise<void>
}

/** The topic as this face gives it, for `work`. */
export function readAs(face: FaceName, consumer: Consumer, work: Work): Observable<unknown> {
  const { given, done, pause } = work
  switch (face) {
    case 'ack on read':
      return consumer.start(OFFSET_EARLIEST)
    case 'ack later':
      return consumer.start(OFFSET_COMMITTED)
    case 'process':
      return consumer.process(async ({ messages }) => {
        given(messages)
        await pause()
        done(messages)
      })
    case 'process each':
      return consumer.processEach(
        async message => {
          given([message])
          await pause()
          done([message])
        },
        { ordering: 'unordered', maxConcurrency: 6 },
      )
  }
}

/** What a subscriber of `start` does with a batch; the other faces do it themselves. */
export function takeAs(face: FaceName, batch: Batch, { given, done, pause }: Work): void {
  if (face !== 'ack on read' && face !== 'ack later') return
  const { messages } = batch
  given(messages)
  if (face === 'ack on read') done(messages)
  else
    void pause().then(() => {
      done(messages)
      batch.ack()
    })
}
