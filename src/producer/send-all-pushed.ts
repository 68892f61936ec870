import { Subscription, type Observable, type Observer } from 'rxjs'
import { BufferFullError } from '../kernel'
import type { SendAllRow, SendAllSource } from './send-all-row'
import type { PassingMessage } from './send-all-types'

/**
 * Messages of an Observable, which come when they come. To rxjs it is observer and Subscription in one, so that also
 * a source that emits while it is being subscribed to can be left.
 */
export class PushedMessages<Value, M extends PassingMessage<Value>>
  extends Subscription
  implements Observer<M>, SendAllSource
{
  readonly #row: SendAllRow<Value>

  constructor(row: SendAllRow<Value>) {
    super()
    this.#row = row
    row.readFrom(this)
  }

  readFrom(source: Observable<M>): void {
    source.subscribe(this)
  }

  next(message: M): void {
    if (this.closed) return
    const { hasPlace, settings } = this.#row
    const { maxInFlight } = settings
    if (!hasPlace) this.#overflow(message, `${maxInFlight} messages are under way (maxInFlight)`)
    else {
      const full = this.#row.offer(message)
      if (full) this.#overflow(message, full.message, full)
    }
  }

  error(error: unknown): void {
    if (this.closed) return
    this.unsubscribe()
    this.#row.ended({ error })
  }

  complete(): void {
    if (this.closed) return
    this.unsubscribe()
    this.#row.ended()
  }

  more(): void {
    // Whether there is room or not, messages come.
  }

  stop(): void {
    this.unsubscribe()
  }

  #overflow(message: M, reason: string, cause?: unknown): void {
    const { settings, context } = this.#row
    if (settings.overflow === 'drop') {
      const { topic, passThrough } = message
      context.emit({ type: 'message-dropped', topic, passThrough, reason })
      return
    }
    const advice = `give sendAll an iterable, which it reads at its own pace, or set overflow: 'drop'`
    this.error(new BufferFullError(`sendAll, no room for the next message: ${reason}; ${advice}`, cause))
  }
}
