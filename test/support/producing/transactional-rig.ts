import { concatMap, filter, lastValueFrom, takeWhile, toArray } from 'rxjs'
import { Consumer, KafkaClient, OFFSET_EARLIEST, Producer, type ProducerOptions } from '../../../src'
import type { ContractContext, Need } from '../contract'

/** What a case with transactions asks. */
export const transactions: readonly Need[] = [
  { api: 'InitProducerId', version: 4 },
  { api: 'EndTxn', version: 3 },
  { api: 'TxnOffsetCommit', version: 3 },
]
const sentinel = 'the end'

/** Producers, transactional ones of one id, and a topic for one case. */
export class TransactionalRig {
  readonly client: KafkaClient
  readonly topic: string
  readonly transactionalId: string
  readonly #partitions: number
  #reads = 0

  private constructor(client: KafkaClient, topic: string, transactionalId: string, partitions: number) {
    this.client = client
    this.topic = topic
    this.transactionalId = transactionalId
    this.#partitions = partitions
  }

  static async within(
    ctx: ContractContext,
    partitions: number,
    work: (rig: TransactionalRig) => Promise<void>,
  ): Promise<void> {
    const topic = await ctx.uniqueTopic(partitions)
    const client = new KafkaClient(ctx.bootstrap, { clientId: 'contract' })
    try {
      await work(new TransactionalRig(client, topic, ctx.uniqueName('transactional'), partitions))
    } finally {
      await client.close()
    }
  }

  producer(options: ProducerOptions = {}): Producer {
    return new Producer(this.client, { transactionalId: this.transactionalId, ...options })
  }

  /** What readers of committed messages see, one partition after another, once all that was begun has ended. */
  async committed(): Promise<string[]> {
    const all: string[] = []
    for (let partition = 0; partition < this.#partitions; partition++)
      all.push(...(await this.#committedIn(partition)))
    return all
  }

  async #committedIn(partition: number): Promise<string[]> {
    const end = `${sentinel} ${this.#reads++}`
    await new Producer(this.client).send({ topic: this.topic, partition, value: end })
    const consumer = new Consumer(this.client, this.topic, {
      partitions: [partition],
      isolationLevel: 'read_committed',
    })
    const values$ = consumer.start(OFFSET_EARLIEST).pipe(
      concatMap(({ messages }) => messages.map(({ value }) => String(value))),
      takeWhile(value => value !== end),
      filter(value => !value.startsWith(sentinel)),
      toArray(),
    )
    return lastValueFrom(values$)
  }

  async offset(group: string, topic = this.topic): Promise<bigint> {
    const [stored] = await this.client.sendOffsetFetchRequest(group, [{ topic, partition: 0 }])
    return stored!.offset
  }
}
