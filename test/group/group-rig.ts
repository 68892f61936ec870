import { EmbeddedKafka, MemoryNetwork, type EmbeddedKafkaOptions } from '../../src/broker'
import { KafkaClient, type ClientOptions } from '../../src/client'
import type { MembershipOptions } from '../../src/group'
import { seededRandom, VirtualClock } from '../../src/kernel'
import { GroupMember, Ownership } from '../support/membership'
import { PausableClock } from './pausable-clock'

interface RigOptions {
  readonly kafka?: EmbeddedKafkaOptions
  readonly client?: ClientOptions
}

interface MemberOptions extends MembershipOptions {
  readonly topics?: readonly string[]
  /** Ms that letting go takes. */
  readonly drainMs?: number
  /** Does something amid letting go. */
  readonly draining?: (member: TestMember) => Promise<void>
  /** Default: one of its own. */
  readonly client?: KafkaClient
}

export const groupId = 'billing'
const limitMs = 600_000

/** One process that is a member of the group. */
export class TestMember extends GroupMember {
  readonly clock: PausableClock
  drainMs: number

  constructor(
    rig: GroupRig,
    name: string,
    clock: PausableClock,
    { topics = ['orders'], drainMs = 0, draining, client, ...options }: MemberOptions,
  ) {
    super({
      ...options,
      ...{ name, groupId, topics, ownership: rig.ownership, client: client ?? rig.client(name, clock) },
      letGo: async () => {
        if (this.drainMs > 0) await new Promise<void>(done => void clock.after(this.drainMs, done))
        await draining?.(this)
      },
    })
    this.clock = clock
    this.drainMs = drainMs
  }
}

/** Members of one group over `orders` with its 12 partitions, on embedded brokers in memory, in virtual time. */
export class GroupRig {
  readonly clock: VirtualClock
  readonly kafka: EmbeddedKafka
  readonly ownership = new Ownership()
  readonly members: TestMember[] = []
  readonly #options: ClientOptions
  readonly #clients: KafkaClient[] = []

  static async start({ kafka, client = {} }: RigOptions = {}): Promise<GroupRig> {
    const clock = new VirtualClock()
    const network = new MemoryNetwork(clock, { latencyMs: 1 })
    const started = await EmbeddedKafka.start({
      network,
      topics: { orders: { partitions: 12 } },
      random: seededRandom(1),
      recordedRequests: 100_000,
      ...kafka,
    })
    return new GroupRig(clock, started, client)
  }

  private constructor(clock: VirtualClock, kafka: EmbeddedKafka, options: ClientOptions) {
    this.clock = clock
    this.kafka = kafka
    this.#options = options
  }

  client(clientId: string, clock: PausableClock): KafkaClient {
    const client = new KafkaClient(this.kafka.bootstrap, {
      ...this.kafka.clientOptions,
      random: seededRandom(this.#clients.length + 2),
      clientId,
      logger: () => undefined,
      ...this.#options,
      clock,
    })
    this.#clients.push(client)
    return client
  }

  /** A member that has begun to join; its name is its place, `a` the first. */
  join(options: MemberOptions = {}): TestMember {
    const name = String.fromCharCode(97 + this.members.length)
    const member = new TestMember(this, name, new PausableClock(this.clock), options)
    this.members.push(member)
    return member
  }

  /** So many members that have their partitions. */
  async stable(count: number, options: MemberOptions = {}): Promise<TestMember[]> {
    const members = Array.from({ length: count }, () => this.join(options))
    await this.until(
      () => members.every(({ membership }) => membership.phase === 'stable') && this.#isWhole(),
    )
    return members
  }

  /** Until the partitions are divided like this. */
  async shared(shares: Readonly<Record<string, number>>, limit = limitMs): Promise<void> {
    const wanted = JSON.stringify(Object.entries(shares).sort())
    const isSo = () => JSON.stringify(Object.entries(this.ownership.shares).sort()) === wanted
    await this.until(isSo, limit).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(this.ownership.shares)}`)
    })
  }

  until(condition: () => boolean, limit = limitMs): Promise<void> {
    return this.clock.until(condition, limit)
  }

  leave(member: TestMember): Promise<void> {
    return this.clock.outcomeOf(member.membership.leave(), limitMs)
  }

  /** Ends everything; nobody may have read what another did. */
  async end(): Promise<void> {
    for (const { membership, clock } of this.members) {
      clock.resume()
      await this.clock.outcomeOf(membership.leave(), limitMs)
    }
    for (const client of this.#clients) await this.clock.outcomeOf(client.close(), limitMs)
    await this.clock.outcomeOf(this.kafka.close(), limitMs)
    await this.clock.advance(60_000)
    this.ownership.check()
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers are left`)
  }

  #isWhole(): boolean {
    return this.ownership.count === 12
  }
}
