import type { Subscription } from 'rxjs'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork } from '../../../src/broker'
import { coreOf, KafkaClient } from '../../../src/client'
import { Consumer, type Batch, type ConsumerEvent } from '../../../src/consumer'
import { fetchMemoryOf, type ByteBudget } from '../../../src/consumer/byte-budget'
import { seededRandom, VirtualClock, type Random, type ReceivedMessage } from '../../../src/kernel'
import { PartitionBook } from './partition-book'
import { readAs, takeAs, type Work } from './read-as'
import type { ReadingEvent, ReadingSchedule } from './schedule'
import { Silence } from './silence'
import { Weather } from './weather'

/** What came of a schedule. */
export interface PlayedReading {
  readonly given: number
  readonly repeated: number
  /** Events of the consumer by their type. */
  readonly told: ReadonlyMap<string, number>
  /** How often faults struck, by API and by kind. */
  readonly struck: ReadonlyMap<string, number>
}

type EventOf<T extends ReadingEvent['type']> = Extract<ReadingEvent, { type: T }>

const topic = 'orders'
const group = 'billing'
/** By then no answer is late any more, and a connection on which nothing is answered has been closed. */
const calmMs = 7000
const limitMs = 600_000
/** A fetch is held for a second at most, and its answer waited for five seconds longer. */
const patienceMs = 7000
/** When all is well again all is read within so many ms. */
const recoveryMs = 30_000
/** What the client says is in the way. */
const troubles = ['disconnected', 'connect-failed', 'throttled']
const selector = { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' }

/** Runs a schedule; throws what is wrong. */
export async function playReading(schedule: ReadingSchedule): Promise<PlayedReading> {
  const run = await ReadingRun.start(schedule)
  for (const event of schedule.events) {
    await run.pass(event.after)
    run.happen(event)
  }
  return run.end()
}

class ReadingRun {
  readonly clock = new VirtualClock()
  readonly #schedule: ReadingSchedule
  readonly #network: MemoryNetwork
  readonly #random: Random
  readonly #books: readonly PartitionBook[]
  readonly #silence: Silence
  readonly #told = new Map<string, number>()
  readonly #budgets: ByteBudget[] = []
  /** What was wrong first. */
  #wrong: unknown
  #kafka!: EmbeddedKafka
  #weather!: Weather
  #client!: KafkaClient
  #consumer!: Consumer
  #subscription!: Subscription

  static async start(schedule: ReadingSchedule): Promise<ReadingRun> {
    const run = new ReadingRun(schedule)
    const { brokers, partitions, release, metadataLagMs, retentionBytes, isNearRead } = schedule
    run.#kafka = await EmbeddedKafka.start({
      network: run.#network,
      brokers,
      topics: { [topic]: { partitions } },
      versions: release,
      config: { 'auto.create.topics.enable': false, ...(isNearRead && selector) },
      racks: ['a', 'b', 'c'].slice(0, brokers),
      metadataLagMs,
      recordedRequests: 0,
      retentionBytes,
      random: run.#random,
    })
    run.#weather = new Weather({ clock: run.clock, network: run.#network, kafka: run.#kafka, topic, group })
    run.#read()
    return run
  }

  private constructor(schedule: ReadingSchedule) {
    this.#schedule = schedule
    this.#random = seededRandom(schedule.seed)
    this.#network = new MemoryNetwork(this.clock, { latencyMs: schedule.latencyMs })
    const skipsDone = schedule.face === 'process each'
    this.#books = Array.from(
      { length: schedule.partitions },
      (_, index) => new PartitionBook(`${topic}/${index}`, skipsDone),
    )
    this.#silence = new Silence(schedule.requestTimeoutMs + patienceMs)
  }

  /** Lets time pass, and looks whether all is in order. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      await this.clock.advance(Math.min(500, left))
      this.#check()
    }
  }

  happen(event: ReadingEvent): void {
    if (this.#weather.happen(event)) return
    if (event.type === 'append') this.#append(event)
    else if (event.type === 'pause') this.#pause(event)
    else if (event.type === 'leave') this.#leave()
  }

  /** From now on all is well: everything is read, and what was done is committed. */
  async end(): Promise<PlayedReading> {
    await this.clock.outcomeOf(this.#weather.clear(), limitMs)
    await this.pass(calmMs)
    for (const [partition] of this.#books.entries())
      this.#append({ after: 0, type: 'append', partition, count: 1, bytes: 0 })
    await this.#until(() => this.#hasAll(), recoveryMs, 'all is well, and not all is read')
    await this.#until(() => this.#isCommitted(), recoveryMs, 'all is done, and not all is committed')
    await this.clock.outcomeOf(this.#client.close(), limitMs)
    for (const { held } of this.#budgets) assert.is(held, 0, 'bytes are held that nobody has')
    await this.clock.advance(60_000)
    await this.clock.outcomeOf(this.#kafka.close(), limitMs)
    this.#check()
    assert.is(this.clock.pending, 0, 'nothing is left over')
    const sum = (of: (book: PartitionBook) => number) => this.#books.reduce((all, book) => all + of(book), 0)
    return {
      struck: this.#weather.struck,
      told: this.#told,
      given: sum(({ given }) => given),
      repeated: sum(({ repeated }) => repeated),
    }
  }

  #read(): void {
    const { requestTimeoutMs, maxFetchBufferBytes, isNearRead, consumer } = this.#schedule
    this.#client = new KafkaClient(this.#kafka.bootstrap, {
      ...this.#kafka.clientOptions,
      random: this.#random,
      requestTimeoutMs,
      maxFetchBufferBytes,
      ...(isNearRead && { clientRack: 'b' }),
    })
    const memory = fetchMemoryOf(coreOf(this.#client))
    const join = memory.join.bind(memory)
    memory.join = () => {
      const budget = join()
      this.#budgets.push(budget)
      return budget
    }
    this.#consumer = new Consumer(this.#client, topic, consumer)
    this.#consumer.events$.subscribe(event => this.#hear(event))
    this.#client.events$.subscribe(({ type }) => {
      if (troubles.includes(type)) this.#silence.told(this.clock.now())
    })
    this.#subscribe()
  }

  #subscribe(): void {
    const { face } = this.#schedule
    const work = this.#work()
    this.#subscription = readAs(face, this.#consumer, work).subscribe({
      next: one => takeAs(face, one as Batch, work),
      error: (error: unknown) => (this.#wrong ??= error),
    })
  }

  /** Of one subscription: what is done after its end counts for nothing. */
  #work(): Work {
    let isLive = true
    queueMicrotask(() => this.#subscription.add(() => (isLive = false)))
    return {
      given: messages => {
        if (isLive)
          this.#each(messages, (book, { offset, value }, start) => book.give(offset, String(value), start))
      },
      done: messages => {
        if (isLive) this.#each(messages, (book, { offset }) => book.done(offset))
      },
      pause: () => this.#wait(Math.floor(this.#random() * (this.#schedule.workMs + 1))),
    }
  }

  /** What is thrown must not look as a failure of the handler. */
  #each(
    messages: readonly ReceivedMessage[],
    act: (book: PartitionBook, message: ReceivedMessage, logStart: bigint) => void,
  ): void {
    try {
      for (const message of messages) {
        const { partition } = message
        this.#silence.moved(partition, this.clock.now())
        act(this.#books[partition]!, message, this.#kafka.partition(topic, partition).logStartOffset)
      }
    } catch (error) {
      this.#wrong ??= error
    }
  }

  #hear(event: ConsumerEvent): void {
    this.#told.set(event.type, (this.#told.get(event.type) ?? 0) + 1)
    if (event.type !== 'committed' && event.type !== 'started') this.#silence.told(this.clock.now())
    if (event.type === 'offset-reset' && event.from !== undefined)
      this.#books[event.at.partition]!.reset(event.from)
    if (event.type === 'committed') this.#commits(event.at.partition, event.offset)
  }

  #commits(partition: number, offset: bigint): void {
    try {
      this.#books[partition]!.committed(offset, this.#kafka.partition(topic, partition).logStartOffset)
    } catch (error) {
      this.#wrong ??= error
    }
  }

  #check(): void {
    if (this.#wrong !== undefined) throw this.#wrong as Error
    const { consumer, maxFetchBufferBytes } = this.#schedule
    for (const { held } of this.#budgets) assert.ok(held <= maxFetchBufferBytes, `${held} bytes are held`)
    const lines = new Map(this.#consumer.explain().map(line => [line.partition, line]))
    for (const [index, book] of this.#books.entries()) {
      const { logStartOffset, logEndOffset } = this.#kafka.partition(topic, index)
      if (consumer.groupId !== undefined)
        this.#commits(index, this.#kafka.committed(group, topic, index) ?? 0n)
      const line = lines.get(index)
      const rests =
        book.hasAll(logStartOffset, logEndOffset) || line?.state === 'paused' || (line?.inHand ?? 0) > 0
      this.#silence.look(index, rests, this.clock.now(), () =>
        JSON.stringify(this.#consumer.explain(), asText),
      )
    }
  }

  #hasAll(): boolean {
    return this.#books.every((book, index) => {
      const { logStartOffset, logEndOffset } = this.#kafka.partition(topic, index)
      return book.hasAll(logStartOffset, logEndOffset)
    })
  }

  #isCommitted(): boolean {
    if (this.#schedule.consumer.groupId === undefined) return true
    return this.#books.every(
      (_, index) =>
        this.#kafka.committed(group, topic, index) === this.#kafka.partition(topic, index).logEndOffset,
    )
  }

  async #until(done: () => boolean, ms: number, otherwise: string): Promise<void> {
    try {
      await this.clock.until(() => this.#wrong !== undefined || done(), ms)
    } catch {
      assert.unreachable(`${otherwise} ${JSON.stringify(this.#consumer.explain(), asText)}`)
    }
    this.#check()
  }

  #append({ partition, count, bytes }: EventOf<'append'>): void {
    const handle = this.#kafka.partition(topic, partition)
    if (handle.leader < 0) return
    const end = Number(handle.logEndOffset)
    handle.append(Array.from({ length: count }, (_, i) => ({ value: `${end + i} `.padEnd(bytes, '.') })))
  }

  #pause({ partition, ms }: EventOf<'pause'>): void {
    const at = { topic, partition }
    const isRead = () => this.#consumer.explain().some(one => one.partition === partition)
    if (isRead()) this.#consumer.pause(at)
    this.clock.after(ms, () => isRead() && this.#consumer.resume(at))
  }

  #leave(): void {
    if (this.#schedule.consumer.groupId === undefined) return
    this.#subscription.unsubscribe()
    for (const book of this.#books) book.begin()
    this.#subscribe()
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => void this.clock.after(ms, resolve))
  }
}

const asText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
