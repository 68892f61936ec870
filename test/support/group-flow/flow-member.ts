import { setTimeout as wait } from 'node:timers/promises'
import {
  ConsumerGroup,
  type Batch,
  type ConsumerEvent,
  type ConsumerGroupOptions,
  type KafkaClient,
  type TopicPartition,
} from '../../../src'
import type { Ownership } from '../membership'
import type { DoneLog } from './done-log'

/** What all members write into. */
export interface Books {
  readonly ownership: Ownership
  readonly done: DoneLog
  /** By partition, the last offset that was committed. */
  readonly committed: Map<number, number>
  readonly wrong: string[]
  /** Whether commits have to be no further than what is done, and what is let go committed as far as it is done. */
  readonly checks: { readonly commits: boolean; readonly releases: boolean }
}

export interface FlowMemberOptions extends ConsumerGroupOptions {
  readonly name: string
  readonly client: KafkaClient
  readonly groupId: string
  readonly topic: string
  readonly books: Books
}

/** A member that works on what it is given for a moment, and whose steps are looked after. */
export class FlowMember {
  readonly name: string
  readonly client: KafkaClient
  readonly group: ConsumerGroup
  readonly events: ConsumerEvent[] = []
  readonly #books: Books
  #batches = 0

  constructor({ name, client, groupId, topic, books, ...options }: FlowMemberOptions) {
    this.name = name
    this.client = client
    this.#books = books
    this.group = new ConsumerGroup(client, groupId, topic, options)
    this.group.events$.subscribe(event => this.#hear(event))
    this.group
      .process(batch => this.#work(batch))
      .subscribe({ error: (error: unknown) => books.wrong.push(`${name} has failed: ${String(error)}`) })
  }

  count(type: ConsumerEvent['type']): number {
    return this.events.filter(event => event.type === type).length
  }

  async #work(batch: Batch): Promise<void> {
    this.#checkOwner(batch, 'begins')
    const values = batch.messages.map(({ offset, value }) => ({
      offset: Number(offset),
      value: value!.toString(),
    }))
    // Some last long enough to be amid a change.
    await wait(++this.#batches % 5 === 0 ? 150 : 2)
    this.#checkOwner(batch, 'ends')
    for (const { offset, value } of values) this.#books.done.note(batch.partition, offset, value)
  }

  #hear(event: ConsumerEvent): void {
    const { ownership, done, committed, checks, wrong } = this.#books
    this.events.push(event)
    if (event.type === 'assigned') ownership.gain(this.name, event.partitions)
    if (event.type === 'revoked') this.#checkReleased(event.partitions)
    if (event.type === 'revoked' || event.type === 'lost') ownership.release(this.name, event.partitions)
    if (event.type !== 'committed') return
    const { partition } = event.at
    const [offset, doneTo] = [Number(event.offset), done.doneTo(partition)]
    committed.set(partition, offset)
    if (checks.commits && offset > doneTo)
      wrong.push(`${this.name} has committed ${offset} of ${partition}, done to ${doneTo}`)
  }

  #checkReleased(partitions: readonly TopicPartition[]): void {
    const { done, committed, checks, wrong } = this.#books
    if (!checks.releases) return
    for (const { partition } of partitions) {
      const [offset, doneTo] = [committed.get(partition) ?? 0, done.doneTo(partition)]
      if (offset === doneTo) continue
      wrong.push(`${this.name} has let go ${partition}, committed to ${offset}, done to ${doneTo}`)
    }
  }

  #checkOwner(batch: Batch, does: string): void {
    const { ownership, wrong } = this.#books
    if (ownership.absent.has(this.name) || ownership.ownerOf(batch) === this.name) return
    wrong.push(`${this.name} ${does} ${batch}, which ${ownership.ownerOf(batch) ?? 'nobody'} has`)
  }
}
