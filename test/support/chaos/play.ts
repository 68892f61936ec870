import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork, type BrokerHandle, type SetFault } from '../../../src/broker'
import { KafkaClient } from '../../../src/client'
import { ArgumentError, KafkaError, seededRandom, VirtualClock } from '../../../src/kernel'
import { Producer } from '../../../src/producer'
import { Apis } from '../../../src/protocol'
import { faultsOf, Ledger, type Account, type LedgerRules } from '../ledger'
import { faultOf } from './faults'
import { outageOf } from './outage'
import type { ChaosEvent, Schedule } from './schedule'

/** What came of a schedule. */
export interface Played {
  readonly account: Account
  readonly failures: ReadonlyMap<string, number>
  /** How often each kind of fault struck. */
  readonly struck: ReadonlyMap<string, number>
}

type EventOf<T extends ChaosEvent['type']> = Extract<ChaosEvent, { type: T }>

const topic = 'orders'
const resourceOfTopic = 2
const setConfig = 0
const deleteConfig = 1
/** By then every request has its answer or its connection is closed, and what was read late is carried out. */
const calmMs = 60_000
const limitMs = 600_000

/** Runs a schedule; throws what is wrong. */
export async function play(schedule: Schedule): Promise<Played> {
  const run = await ChaosRun.start(schedule)
  for (const event of schedule.events) {
    if (event.after > 0) await run.clock.advance(event.after)
    await run.happen(event)
  }
  return run.end()
}

class ChaosRun {
  readonly clock = new VirtualClock()
  readonly #network: MemoryNetwork
  readonly #schedule: Schedule
  readonly #ledger = new Ledger()
  readonly #faults: { readonly name: string; readonly set: SetFault }[] = []
  /** What was begun and has to end before all is well again. */
  readonly #begun: Promise<unknown>[] = []
  #kafka!: EmbeddedKafka
  #client!: KafkaClient
  #admin!: KafkaClient
  #producer!: Producer
  #rules: LedgerRules
  #isClosed = false

  static async start(schedule: Schedule): Promise<ChaosRun> {
    const run = new ChaosRun(schedule)
    const { brokers, partitions, release, metadataLagMs, seed, requestTimeoutMs, producer } = schedule
    const random = seededRandom(seed)
    run.#kafka = await EmbeddedKafka.start({
      network: run.#network,
      brokers,
      topics: { [topic]: { partitions } },
      versions: release,
      config: { 'auto.create.topics.enable': false },
      metadataLagMs,
      recordedRequests: 0,
      random,
    })
    const options = { ...run.#kafka.clientOptions, random }
    // Calls of several messages choose by their key.
    const partitioner = (key: Uint8Array | string | null): number => Number(String(key))
    run.#client = new KafkaClient(run.#kafka.bootstrap, { ...options, requestTimeoutMs })
    run.#admin = new KafkaClient(run.#kafka.bootstrap, options)
    run.#producer = new Producer(run.#client, { ...producer, partitioner })
    return run
  }

  private constructor(schedule: Schedule) {
    this.#schedule = schedule
    this.#network = new MemoryNetwork(this.clock, { latencyMs: schedule.latencyMs })
    const { acks, idempotent } = schedule.producer
    const isSafe = acks === 'all' && idempotent !== false
    // Nobody promises more without idempotence, and nothing at all without answers.
    this.#rules = { doubled: !isSafe, lost: acks === 'none', disordered: acks === 'none' }
  }

  happen(event: ChaosEvent): void | Promise<void> {
    switch (event.type) {
      case 'send':
        return this.#send(event)
      case 'fault':
        return this.#fault(event)
      case 'outage':
        return this.#outage(event)
      case 'move':
        return this.#move(event)
      case 'cut':
        return this.#kafka.broker(event.broker).cutConnections()
      case 'pace':
        return this.#pace(event)
      case 'split':
        return this.#network.split(event.bytes)
      case 'recreate':
        return this.#begin(this.#recreate(event))
      case 'grow':
        return this.#begin(this.#grow())
      case 'limit':
        return this.#begin(this.#limit(event))
      case 'forget':
        return this.#forget()
      case 'restore':
        return this.#handles()[event.partition]?.forgetBatches()
      case 'truncate':
        return this.#truncate(event)
      case 'flush':
        return this.#begin(this.#flush())
      case 'close':
        return this.#close(event)
    }
  }

  /** From now on all is well: everything ends, and what is sent then is delivered. */
  async end(): Promise<Played> {
    await this.#calm()
    if (!this.#isClosed) await this.#sendToAll()
    await this.clock.outcomeOf(this.#client.close(), limitMs)
    await this.clock.outcomeOf(this.#admin.close(), limitMs)
    await this.clock.advance(calmMs)
    this.#read()
    await this.clock.outcomeOf(this.#kafka.close(), limitMs)
    assert.is(this.clock.pending, 0, 'nothing is left over')
    return this.#played()
  }

  /** All is well again, and all that was sent has ended. */
  async #calm(): Promise<void> {
    for (const { set } of this.#faults) set.remove()
    this.#network.split(65_536)
    await this.clock.outcomeOf(Promise.all(this.#begun), limitMs)
    await this.clock.outcomeOf(this.#flush(), limitMs)
    // By then a connection on which nothing is answered has been closed.
    await this.clock.advance(calmMs)
  }

  #played(): Played {
    const account = this.#ledger.account()
    const wrong = faultsOf(account, this.#rules)
    assert.is(wrong.length, 0, wrong.join('; '))
    const struck = new Map<string, number>()
    for (const { name, set } of this.#faults) struck.set(name, (struck.get(name) ?? 0) + set.hits)
    return { account, failures: this.#ledger.failures, struck }
  }

  #send({ partition, count, bytes, cancelAfter }: EventOf<'send'>): void {
    const entry = this.#ledger.enter(topic, partition, count, bytes)
    const delivery =
      count === 1
        ? this.#producer.send({ topic, partition, value: entry.values[0]! })
        : this.#producer.sendMessages(topic, String(partition), entry.values)
    this.#ledger.watch(entry, delivery)
    if (cancelAfter !== undefined) this.clock.after(cancelAfter, () => delivery.cancel())
  }

  async #sendToAll(): Promise<void> {
    const { partitions, producer } = this.#schedule
    const all = Array.from({ length: partitions }, (_, partition) => {
      const entry = this.#ledger.enter(topic, partition, 1)
      const delivery = this.#producer.send({ topic, partition, value: entry.values[0]! })
      this.#ledger.watch(entry, delivery)
      return delivery
    })
    const ended = await this.clock.outcomeOf(Promise.allSettled(all), limitMs)
    for (const outcome of ended)
      if (outcome.status === 'rejected')
        assert.unreachable(
          `a healed partition goes on: ${String(outcome.reason)} ${JSON.stringify(producer)}`,
        )
  }

  #fault({ api, fault, times, broker }: EventOf<'fault'>): void {
    const error = 'error' in fault ? ` ${fault.error}` : ''
    const set = this.#kafka.faults.on(Apis[api], faultOf(fault, topic), { times, broker })
    this.#faults.push({ name: `${api}: ${fault.kind}${error}`, set })
  }

  #outage({ how, broker, ms }: EventOf<'outage'>): void {
    const { begin, end } = outageOf(how, this.#kafka.broker(broker), this.#network)
    this.#begin(this.#during(ms, begin, end))
  }

  async #during(ms: number, begin: () => unknown, end: () => unknown): Promise<void> {
    await begin()
    await this.#pause(ms)
    await end()
  }

  #move({ partition }: EventOf<'move'>): void {
    const handle = this.#handles()[partition]
    // Where nobody leads, nobody can hand over.
    if (handle === undefined || handle.leader < 0) return
    const alive = handle.isr.filter(id => id !== handle.leader && this.#kafka.broker(id).isUp)
    if (alive.length > 0) handle.moveLeader(alive[0])
  }

  #pace({ broker: id, bytesPerSecond, ms }: EventOf<'pace'>): void {
    const broker: BrokerHandle = this.#kafka.broker(id)
    const pace = { readBytesPerSecond: bytesPerSecond, writeBytesPerSecond: bytesPerSecond }
    this.#begin(
      this.#during(
        ms,
        () => broker.setPace(pace),
        () => broker.setPace(),
      ),
    )
  }

  /** What was acknowledged before is in the old log; Kafka promises no order across the two. */
  async #recreate({ ms }: EventOf<'recreate'>): Promise<void> {
    if (!this.#kafka.topics.has(topic)) return
    const partitions = this.#kafka.topics.get(topic)!
    this.#rules = { ...this.#rules, disordered: true, misplaced: true }
    this.#read()
    this.#ledger.turn(topic)
    await this.#kafka.deleteTopic(topic)
    await this.#pause(ms)
    await this.#create(partitions)
  }

  /** As soon as there are brokers for all its replicas. */
  async #create(partitions: number): Promise<void> {
    const { brokers } = this.#kafka
    for (;;) {
      const { length } = brokers.filter(({ id }) => this.#kafka.broker(id).isUp)
      try {
        return await this.#kafka.createTopic(topic, { partitions, replicationFactor: length })
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error
        await this.#pause(50)
      }
    }
  }

  async #grow(): Promise<void> {
    const count = (this.#kafka.topics.get(topic) ?? 0) + 1
    const topics = [{ name: topic, count, assignments: null }]
    await this.#asked(
      this.#admin.request(Apis.CreatePartitions, { topics, timeoutMs: 1000, validateOnly: false }),
    )
  }

  async #limit({ bytes, ms }: EventOf<'limit'>): Promise<void> {
    await this.#configure({ configOperation: setConfig, value: String(bytes) })
    await this.#pause(ms)
    await this.#configure({ configOperation: deleteConfig, value: null })
  }

  async #configure(change: { configOperation: number; value: string | null }): Promise<void> {
    const configs = [{ name: 'max.message.bytes', ...change }]
    const resources = [{ resourceType: resourceOfTopic, resourceName: topic, configs }]
    await this.#asked(this.#admin.request(Apis.IncrementalAlterConfigs, { resources, validateOnly: false }))
  }

  /**
   * The brokers forget the producer, after a long time in which it did nothing: in doubt they would take a batch
   * twice then, and with batches in flight in any order, as Kafka's do.
   */
  async #forget(): Promise<void> {
    await this.#calm()
    this.#kafka.forgetProducers()
    if (!this.#isClosed) await this.#sendToAll()
  }

  /** Only where what was acknowledged may be lost. */
  #truncate({ partition, messages }: EventOf<'truncate'>): void {
    const handle = this.#handles()[partition]
    if (handle === undefined || handle.leader < 0) return
    this.#rules = { ...this.#rules, lost: true, misplaced: true, disordered: true }
    const to = handle.logEndOffset - BigInt(messages)
    handle.truncateTo(to < handle.logStartOffset ? handle.logStartOffset : to)
  }

  async #flush(): Promise<void> {
    const before = this.#ledger.mark()
    await (this.#isClosed ? this.#producer.close() : this.#producer.flush())
    assert.ok(this.#ledger.hasEnded(before), 'flush ends when all that was sent before has ended')
  }

  #close({ timeoutMs }: EventOf<'close'>): void {
    this.#isClosed = true
    this.#begin(Promise.resolve(this.#producer.close({ timeoutMs })))
  }

  #begin(work: Promise<unknown>): void {
    work.catch(() => undefined)
    this.#begun.push(work)
  }

  /** A request of ours that may fail as any other. */
  async #asked(request: PromiseLike<unknown>): Promise<void> {
    try {
      await request
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => void this.clock.after(ms, resolve))
  }

  #handles() {
    const partitions = this.#kafka.topics.get(topic) ?? 0
    return Array.from({ length: partitions }, (_, index) => this.#kafka.partition(topic, index))
  }

  #read(): void {
    for (const { partition, messages } of this.#handles())
      for (const { value, offset } of messages) this.#ledger.read(topic, partition, String(value), offset)
  }
}
