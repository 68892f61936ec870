import { defer, map, tap, timer, type Observable } from 'rxjs'
import {
  Consumer,
  OFFSET_COMMITTED,
  seededRandom,
  type Batch,
  type ConsumerEvent,
  type ConsumerOptions,
  type ReceivedMessage,
} from '../../../src'
import { closeConnection, delayAnswer, dropAnswer } from '../../../src/broker'
import { Apis } from '../../../src/protocol'
import { BrokerRig } from '../../broker/broker-rig'
import { Dice } from '../../support/chaos'
import { PartitionBook } from '../../support/reading-chaos'
import { schedulerOn } from './scheduler'

export const partitions = 3
/** Of each partition. */
export const messages = 60
const options = {
  groupId: 'billing',
  autoOffsetReset: 'earliest',
  autoCommitIntervalMs: 20,
  maxBatchMessages: 3,
  ackTimeoutMs: 3000,
} as const

/** A topic, a group and whoever harms both, with a book of what is given and done. */
export class Stage {
  readonly rig: BrokerRig
  readonly dice: Dice
  readonly events: ConsumerEvent[] = []
  readonly books: readonly PartitionBook[]
  readonly consumer: Consumer
  error: unknown
  #wrong: unknown

  static async set(seed: number, more: ConsumerOptions): Promise<Stage> {
    const rig = await BrokerRig.start({
      brokers: 2,
      topics: { orders: { partitions }, out: { partitions } },
    })
    for (let partition = 0; partition < partitions; partition++)
      for (let i = 0; i < messages; i += 6)
        rig.kafka
          .partition('orders', partition)
          .append(Array.from({ length: 6 }, (_, at) => ({ value: `${i + at} ` })))
    return new Stage(rig, seed, more)
  }

  private constructor(rig: BrokerRig, seed: number, more: ConsumerOptions) {
    this.rig = rig
    this.dice = new Dice(seededRandom(seed))
    this.books = Array.from({ length: partitions }, (_, index) => new PartitionBook(`orders/${index}`, false))
    this.consumer = new Consumer(rig.client({ requestTimeoutMs: 1000 }), 'orders', { ...options, ...more })
    this.consumer.events$.subscribe(event => {
      this.events.push(event)
      if (event.type === 'committed') this.#commits(event.at.partition, event.offset)
    })
  }

  /** All from where the group is; each subscription is entered. */
  readonly start = (): Observable<Batch> =>
    defer(() => {
      for (const book of this.books) book.begin()
      return this.consumer.start(OFFSET_COMMITTED).pipe(tap(batch => this.given(batch)))
    })

  given({ partition, messages: list }: Pick<Batch, 'partition' | 'messages'>): void {
    for (const { offset, value } of list) this.books[partition]!.give(offset, String(value), 0n)
  }

  done({ partition, messages: list }: { partition: number; messages: readonly ReceivedMessage[] }): void {
    for (const { offset } of list) this.books[partition]!.done(offset)
  }

  /** Done a while later. */
  readonly work = (batch: Batch): Observable<Batch> =>
    timer(this.dice.below(60), this.scheduler).pipe(map(() => batch))

  readonly ack = (batch: Batch): void => {
    this.done(batch)
    batch.ack()
  }

  get scheduler() {
    return schedulerOn(this.rig.clock)
  }

  /** Everything that can go wrong on the way, now and then, for so long; what is committed is looked at meanwhile. */
  async harm(ms: number): Promise<void> {
    const { kafka, clock } = this.rig
    for (let left = ms; left > 0; left -= 100) {
      const { dice } = this
      const fault = dice.oneOf([dropAnswer(), closeConnection('after'), closeConnection(), delayAnswer(1500)])
      dice.oneOf([
        () => kafka.faults.once(Apis.Fetch, fault),
        () => kafka.faults.once(Apis.OffsetCommit, fault),
        () => kafka.broker(1 + dice.below(2)).cutConnections(),
        () => kafka.partition('orders', dice.below(partitions)).moveLeader(),
        () => kafka.moveCoordinator('billing'),
        () => undefined,
        () => undefined,
      ])()
      await clock.advance(100)
      this.check()
    }
    kafka.faults.clear()
  }

  /** Throws when more is committed than is done. */
  check(): void {
    for (const index of this.books.keys())
      this.#commits(index, this.rig.kafka.committed('billing', 'orders', index) ?? 0n)
    if (this.#wrong !== undefined) throw this.#wrong as Error
  }

  #commits(partition: number, offset: bigint): void {
    try {
      this.books[partition]!.committed(offset, 0n)
    } catch (error) {
      this.#wrong ??= error
    }
  }

  get isDone(): boolean {
    return this.books.every(({ watermark }) => watermark === BigInt(messages))
  }

  get isCommitted(): boolean {
    return this.books.every(
      (_, index) => this.rig.kafka.committed('billing', 'orders', index) === BigInt(messages),
    )
  }

  told(type: ConsumerEvent['type']): boolean {
    return this.events.some(event => event.type === type)
  }
}
