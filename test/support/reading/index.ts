import * as assert from 'uvu/assert'
import { Consumer, KafkaClient, OFFSET_EARLIEST, type Batch, type ConsumerEvent } from '../../../src'
import type { ClientOptions, ConsumerOptions, StartOffset } from '../../../src'
import type { ContractContext } from '../contract'
import { eventually } from '../talk'

/** Lets what goes on go on. */
export const moment = () => new Promise<void>(resolve => setTimeout(resolve, 20))

export const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `message ${from + i}`)

export const produce = (client: KafkaClient, topic: string, values: readonly string[], partition = 0) =>
  client.sendProduceRequest([{ topic, partition, messages: values }])

interface ReadingOptions extends ConsumerOptions {
  readonly from?: StartOffset
}

/** A consumer at work, and what it saw; it acks what it is given. */
export class Reading {
  readonly consumer: Consumer
  readonly events: ConsumerEvent[] = []
  readonly values: string[] = []
  failure: unknown

  constructor(
    client: KafkaClient,
    topic: string,
    { from = OFFSET_EARLIEST, ...options }: ReadingOptions = {},
  ) {
    this.consumer = new Consumer(client, topic, options)
    this.consumer.events$.subscribe(event => void this.events.push(event))
    this.consumer.start(from).subscribe({
      next: (batch: Batch) => {
        this.values.push(...batch.messages.map(({ value }) => value!.toString()))
        batch.ack()
      },
      error: (error: unknown) => (this.failure = error),
    })
  }

  async has(count: number): Promise<void> {
    await this.until(() => this.values.length >= count)
  }

  async until(done: () => boolean): Promise<void> {
    await eventually(moment, () => this.failure !== undefined || done())
    assert.is(this.failure, undefined)
  }

  of<T extends ConsumerEvent['type']>(type: T): readonly Extract<ConsumerEvent, { type: T }>[] {
    return this.events.filter(event => event.type === type) as Extract<ConsumerEvent, { type: T }>[]
  }
}

export async function withClient(
  ctx: ContractContext,
  body: (client: KafkaClient) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const client = new KafkaClient(ctx.bootstrap, { allowAutoTopicCreation: false, ...options })
  try {
    await body(client)
  } finally {
    await client.close()
  }
}
