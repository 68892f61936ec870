import type { Observable, Subscription } from 'rxjs'
import {
  Consumer,
  type ClientOptions,
  type ConsumerEvent,
  type ConsumerOptions,
  type KafkaClient,
} from '../../src'
import { topic, type ServedLog } from './served-log'

interface WatchOptions extends ConsumerOptions {
  readonly client?: KafkaClient
  /** Of the client, which is made for it. */
  readonly maxFetchBufferBytes?: number
}

/** Offsets of what is worked on and of what is done, and whatever ends it. */
export class Work {
  readonly begun: bigint[] = []
  readonly done: bigint[] = []
  /** Ends what was begun at this offset. */
  readonly end = new Map<bigint, () => void>()
  readonly fail = new Map<bigint, (error: unknown) => void>()

  /** A promise that a test settles. */
  readonly byHand = (offset: bigint): Promise<void> => {
    this.begun.push(offset)
    return new Promise((resolve, reject) => {
      this.end.set(offset, () => {
        this.done.push(offset)
        this.end.delete(offset)
        resolve()
      })
      this.fail.set(offset, reject)
    })
  }

  endAll(): void {
    for (const end of [...this.end.values()]) end()
  }
}

/** A consumer of the served topic, and what the subscriber of a stream of it saw. */
export class Watched<T> {
  readonly consumer: Consumer
  readonly events: ConsumerEvent[] = []
  readonly values: T[] = []
  error: unknown
  isComplete = false
  readonly subscription: Subscription

  constructor(
    served: ServedLog,
    { client, maxFetchBufferBytes, ...options }: WatchOptions,
    streamOf: (consumer: Consumer) => Observable<T>,
  ) {
    const own: ClientOptions = maxFetchBufferBytes === undefined ? {} : { maxFetchBufferBytes }
    this.consumer = new Consumer(client ?? served.client(own), topic, {
      autoOffsetReset: 'earliest',
      ...options,
    })
    this.consumer.events$.subscribe(event => void this.events.push(event))
    this.subscription = streamOf(this.consumer).subscribe({
      next: value => this.values.push(value),
      error: (error: unknown) => (this.error = error),
      complete: () => (this.isComplete = true),
    })
  }

  of<E extends ConsumerEvent['type']>(type: E): readonly Extract<ConsumerEvent, { type: E }>[] {
    return this.events.filter(event => event.type === type) as Extract<ConsumerEvent, { type: E }>[]
  }

  /** Batches that were delivered and not acked. */
  get inHand(): number {
    return this.consumer.explain().reduce((sum, { inHand }) => sum + inHand, 0)
  }
}
