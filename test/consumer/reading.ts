import type { Subscription } from 'rxjs'
import {
  Consumer,
  OFFSET_EARLIEST,
  type Batch,
  type ConsumerEvent,
  type ConsumerOptions,
  type ClientOptions,
  type KafkaClient,
  type StartOffset,
} from '../../src'
import { topic, type ServedLog } from './served-log'

interface ReadingOptions extends ConsumerOptions {
  readonly from?: StartOffset
  readonly client?: KafkaClient
  /** Of the client, which is made for it. */
  readonly maxFetchBufferBytes?: number
  /** What the subscriber does with each batch; default: it reads and acks it. */
  readonly each?: (batch: Batch) => void
}

/** A consumer of the served topic, and what its subscriber saw. */
export class Reading {
  readonly consumer: Consumer
  readonly events: ConsumerEvent[] = []
  readonly batches: Batch[] = []
  error: unknown
  isComplete = false
  subscription!: Subscription
  readonly #from: StartOffset
  readonly #each: (batch: Batch) => void

  constructor(
    served: Pick<ServedLog, 'client'>,
    { from, client, each, maxFetchBufferBytes, ...options }: ReadingOptions = {},
  ) {
    const own: ClientOptions = maxFetchBufferBytes === undefined ? {} : { maxFetchBufferBytes }
    this.consumer = new Consumer(client ?? served.client(own), topic, options)
    this.consumer.events$.subscribe(event => void this.events.push(event))
    this.#from = from ?? OFFSET_EARLIEST
    this.#each = each ?? (batch => void (batch.messages, batch.ack()))
    this.subscribe()
  }

  subscribe(): void {
    this.subscription = this.consumer.start(this.#from).subscribe({
      next: batch => {
        this.batches.push(batch)
        this.#each(batch)
      },
      error: (error: unknown) => (this.error = error),
      complete: () => (this.isComplete = true),
    })
  }

  /** The values seen so far; reading them acks with `ack: 'auto'`. */
  get values(): readonly string[] {
    return this.batches.flatMap(({ messages }) => messages.map(({ value }) => value!.toString()))
  }

  /** Messages delivered so far, without reading them. */
  get count(): number {
    return this.batches.reduce((sum, batch) => sum + batch.count, 0)
  }

  of<T extends ConsumerEvent['type']>(type: T): readonly Extract<ConsumerEvent, { type: T }>[] {
    return this.events.filter(event => event.type === type) as Extract<ConsumerEvent, { type: T }>[]
  }
}

export function numbered(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, i) => `message ${from + i}`)
}
