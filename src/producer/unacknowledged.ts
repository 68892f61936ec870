import type { Broker, ClientCore } from '../client'
import type { Emit } from './event'

/** What was sent with acks 0: says so when a connection ends on which nobody can know what has arrived. */
export class Unacknowledged {
  /** Names of brokers that were sent something on the connection that they have now. */
  readonly #brokers = new Set<string>()
  readonly #news: { unsubscribe(): void }

  constructor({ events$ }: Pick<ClientCore, 'events$'>, emit: Emit) {
    this.#news = events$.subscribe({
      next: event => {
        if (event.type !== 'disconnected' || event.purpose !== 'main') return
        const { broker, reason } = event
        // What has been idle for so long has arrived.
        if (this.#brokers.delete(broker) && reason !== 'idle')
          emit({ type: 'messages-maybe-lost', broker, reason })
      },
      error: ignored,
    })
  }

  leaves({ name }: Broker): void {
    this.#brokers.add(name)
  }

  close(): void {
    this.#news.unsubscribe()
  }
}

function ignored(): void {
  // They never end in one.
}
