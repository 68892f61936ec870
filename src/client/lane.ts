import { ConnectionError, type Clock, type KafkaError, type Timer } from '../kernel'
import type { BrokerVersions, Closed, Connection, ConnectionHandlers } from '../network'
import type { Backoff } from './backoff'
import { endOf, type Call } from './call'

interface LaneContext {
  readonly clock: Clock
  readonly backoff: Backoff
  /** Names the broker in errors. */
  readonly broker: () => string
  readonly connect: (handlers: Required<Pick<ConnectionHandlers, 'ready' | 'closed'>>) => Connection
  readonly opened: (connection: Connection) => void
  readonly ended: (closed: Closed, wasReady: boolean) => void
}

interface Waiter {
  readonly ready: (connection: Connection) => void
  readonly failed: (error: KafkaError) => void
}

/** The one connection to a broker for one purpose: opened when it is asked for, and anew after it has ended. */
export class Lane {
  readonly #context: LaneContext
  readonly #waiters = new Set<Waiter>()
  #connection: Connection | undefined
  #isReady = false
  #pause: Timer | undefined

  constructor(context: LaneContext) {
    this.#context = context
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** What the broker speaks, while the connection stands. */
  get versions(): BrokerVersions | undefined {
    return this.#isReady ? this.#connection?.versions : undefined
  }

  /** Whether there is a connection, if only one that is being opened or finishes its work. */
  get isOpen(): boolean {
    return this.#connection !== undefined
  }

  /** The connection once it can be used; opened when there is none, after the pause that a failure has earned. */
  ready(call: Call): Promise<Connection> {
    if (call.signal.aborted) return Promise.reject(this.#notYet(call))
    if (this.#isReady) return Promise.resolve(this.#connection!)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter)
        if (this.#waiters.size === 0) this.#endPause()
        call.signal.removeEventListener('abort', late)
      }
      const late = (): void => waiter.failed(this.#notYet(call))
      const waiter: Waiter = {
        ready: connection => {
          leave()
          resolve(connection)
        },
        failed: error => {
          leave()
          reject(error)
        },
      }
      call.signal.addEventListener('abort', late, { once: true })
      this.#waiters.add(waiter)
      this.#openWhenDue()
    })
  }

  /** For good. Whoever waits fails with `error`; what was sent is finished first when graceful. */
  close(error: KafkaError, { graceful }: { readonly graceful: boolean }): void {
    for (const waiter of [...this.#waiters]) waiter.failed(error)
    this.#connection?.close({ graceful: graceful && this.#isReady })
  }

  #notYet(call: Call): KafkaError {
    return endOf(call, new ConnectionError(this.#context.broker(), 'not connected yet', { maybeSent: false }))
  }

  #openWhenDue(): void {
    if (this.#connection !== undefined || this.#pause !== undefined) return
    const { clock, backoff } = this.#context
    const { waitMs } = backoff
    if (waitMs === 0) this.#open()
    else
      this.#pause = clock.after(waitMs, () => {
        this.#pause = undefined
        this.#openWhenDue()
      })
  }

  #endPause(): void {
    this.#pause?.cancel()
    this.#pause = undefined
  }

  #open(): void {
    const connection = this.#context.connect({
      ready: () => this.#opened(connection),
      closed: closed => this.#ended(closed),
    })
    this.#connection = connection
    connection.open()
  }

  #opened(connection: Connection): void {
    this.#isReady = true
    this.#context.opened(connection)
    for (const waiter of [...this.#waiters]) waiter.ready(connection)
  }

  #ended(closed: Closed): void {
    const wasReady = this.#isReady
    this.#isReady = false
    this.#connection = undefined
    this.#context.ended(closed, wasReady)
    const failure = closed.error ?? unusable(this.#context.broker())
    for (const waiter of [...this.#waiters]) waiter.failed(failure)
  }
}

function unusable(broker: string): KafkaError {
  return new ConnectionError(broker, 'the connection was closed before it could be used', {
    maybeSent: false,
  })
}
