import * as assert from 'uvu/assert'
import { setTimeout as wait } from 'node:timers/promises'
import { KafkaClient, Producer, type ClientOptions, type ConsumerGroupOptions } from '../../../src'
import type { ContractContext } from '../contract'
import { faultsOf, Ledger } from '../ledger'
import { Ownership, until } from '../membership'
import { DoneLog } from './done-log'
import { FlowMember, type Books } from './flow-member'

interface FlowOptions {
  readonly messages: number
  /** How many steps there will be; each has its share of the messages. */
  readonly steps: number
  /** In how many portions a share is written at least, 10 ms apart. Default 25. */
  readonly portions?: number
  /** Default: all that can be checked where every member is ours and leaves in peace. */
  readonly checks?: Books['checks']
}

interface MemberOptions extends ConsumerGroupOptions {
  /** Default: one that is made for it. */
  readonly client?: KafkaClient
}

const partitions = 12
const limitMs = 60_000

/** Members that come and go while messages flow: what each of them did is held against what was written. */
export class GroupFlow {
  readonly topic: string
  readonly groupId: string
  readonly books: Books
  readonly members: FlowMember[] = []
  readonly #ctx: ContractContext
  readonly #clients: KafkaClient[] = []
  readonly #ledger = new Ledger()
  readonly #share: number
  readonly #portions: number
  #sent = 0

  static async within(
    ctx: ContractContext,
    options: FlowOptions,
    work: (flow: GroupFlow) => Promise<void>,
  ): Promise<GroupFlow> {
    const flow = new GroupFlow(ctx, await ctx.uniqueTopic(partitions), options)
    try {
      await work(flow)
      await flow.#settle()
    } finally {
      for (const client of flow.#clients) await client.close({ timeoutMs: 1000 })
    }
    return flow
  }

  private constructor(
    ctx: ContractContext,
    topic: string,
    { messages, steps, portions = 25, checks = { commits: true, releases: true } }: FlowOptions,
  ) {
    this.#ctx = ctx
    this.topic = topic
    this.groupId = ctx.uniqueName('group')
    this.#share = Math.floor(messages / steps)
    this.#portions = portions
    this.books = {
      ownership: new Ownership(),
      done: new DoneLog(partitions),
      committed: new Map(),
      wrong: [],
      checks,
    }
  }

  client(options: ClientOptions = {}, bootstrap = this.#ctx.bootstrap): KafkaClient {
    const client = new KafkaClient(bootstrap, { logger: () => undefined, ...options })
    this.#clients.push(client)
    return client
  }

  /** Its name is its place, `a` the first. */
  join({ client = this.client(), ...options }: MemberOptions = {}): FlowMember {
    const { groupId, topic, books } = this
    const name = String.fromCharCode(97 + this.members.length)
    const member = new FlowMember({
      autoOffsetReset: 'earliest',
      autoCommitIntervalMs: 200,
      heartbeatIntervalMs: 200,
      sessionTimeoutMs: 6000,
      rebalanceTimeoutMs: 10_000,
      ...options,
      ...{ name, client, groupId, topic, books },
    })
    this.members.push(member)
    return member
  }

  /** Changes the group while the next share of messages is written, until the partitions are divided like this. */
  async step(change: () => unknown, shares: Readonly<Record<string, number>>): Promise<void> {
    const { ownership, wrong } = this.books
    const text = (one: Readonly<Record<string, number>>) => JSON.stringify(Object.entries(one).sort())
    let isSettled = false
    const writing = this.#write(() => isSettled)
    try {
      await change()
      await until(
        () => text(ownership.shares) === text(shares),
        () => `${text(ownership.shares)}; ${JSON.stringify(wrong)}`,
        limitMs,
      )
    } finally {
      isSettled = true
    }
    await writing
  }

  /** Keeps one message until the group has settled, so that messages flow amid every change. */
  async #write(isSettled: () => boolean): Promise<void> {
    const producer = new Producer(this.client())
    const most = Math.ceil(this.#share / this.#portions)
    for (let left = this.#share; left > 0; await wait(10)) {
      const burst = left === 1 && !isSettled() ? 0 : Math.min(most, Math.ceil(left / 5))
      left -= burst
      for (let i = 0; i < burst; i++) this.#send(producer)
      await producer.ready()
    }
    await producer.close()
  }

  #send(producer: Producer): void {
    const { topic } = this
    const entry = this.#ledger.enter(topic, this.#sent++ % partitions)
    const { partition, values } = entry
    this.#ledger.watch(entry, producer.send({ topic, partition, value: values[0]! }))
  }

  /** Waits until all is done, ends the members, and closes the books. */
  async #settle(): Promise<void> {
    const { done, ownership, wrong } = this.books
    await until(
      () => done.count === this.#sent,
      () => `${done.count} of ${this.#sent} done; ${JSON.stringify(wrong)}`,
      limitMs,
    )
    for (const { group, name } of this.members) if (!ownership.absent.has(name)) await group.close()
    for (let partition = 0; partition < partitions; partition++)
      for (const [offset, value] of done.valuesOf(partition).entries())
        this.#ledger.read(this.topic, partition, value, BigInt(offset))
    assert.equal([...wrong, ...done.wrong], [])
    ownership.check()
    assert.equal(faultsOf(this.#ledger.account()), [])
    await this.#checkCommitted()
  }

  async #checkCommitted(): Promise<void> {
    const client = this.client()
    const payloads = Array.from({ length: partitions }, (_, partition) => ({ topic: this.topic, partition }))
    const ends = await client.sendOffsetRequest(payloads.map(one => ({ ...one, time: -1 })))
    const committed = await client.sendOffsetFetchRequest(this.groupId, payloads)
    assert.equal(
      committed.map(({ offset }) => Number(offset)),
      ends.map(({ offset }) => Number(offset)),
    )
    assert.equal(
      ends.map(({ offset }) => Number(offset)),
      payloads.map(({ partition }) => this.books.done.doneTo(partition)),
    )
  }
}
