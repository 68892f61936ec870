import {
  abortController,
  asKafkaError,
  ConnectionError,
  TimeoutError,
  type KafkaError,
  type Timer,
} from '../kernel'
import { leaderOf, type Broker, type Call } from '../client'
import type { Batch } from './batch'
import { BufferHolder } from './buffer-holder'
import type { RefusedRecord, Telling } from './outcomes'
import type { PartitionLine } from './partition-line'
import { ProduceRequest, type Passenger, type Told } from './produce-request'
import type { SenderContext } from './sender-context'
import { Unacknowledged } from './unacknowledged'
import { Unanswered } from './unanswered'
import { mayBeWritten } from './verdict'

/** A request takes no further batch that would make it larger, in bytes. Brokers refuse more than 100 MB. */
const maxRequestBytes = 8 * 1024 * 1024

/** Sends the batches of all lines to their leaders: which one, in which request, when. Lines judge what comes back. */
export class Sender {
  /** Says for whom most of the messages are. */
  readonly holder: BufferHolder
  readonly #context: SenderContext
  /** Lines with something to send or to wait for. */
  readonly #lines = new Set<PartitionLine>()
  readonly #unanswered: Unanswered
  readonly #connecting = new Set<Broker>()
  readonly #ending = abortController()
  readonly #news: { unsubscribe(): void }
  readonly #unacknowledged: Unacknowledged | undefined
  /** Requests are not given up: what they carry ends by its own deadline, and they by that of the connection. */
  readonly #call: Call
  #turn: Timer | undefined
  #alarm: Timer | undefined
  #alarmAt = Infinity
  #isAskingIdentity = false
  #isHurried = false

  constructor(context: SenderContext) {
    this.#context = context
    this.#unanswered = new Unanswered(this.#clock)
    this.holder = new BufferHolder(context.client, this.#lines, this.#unanswered)
    this.#call = {
      what: 'Produce',
      timeoutMs: Infinity,
      deadline: Infinity,
      signal: this.#ending.signal,
      sent: ignored,
      end: ignored,
    }
    if (context.acks === 0) this.#unacknowledged = new Unacknowledged(context.client, context.emit)
    this.#news = context.client.events$.subscribe({
      next: ({ type }) => {
        if (type === 'metadata') this.#learned()
      },
      error: ignored,
    })
  }

  /** Something was added to this line. It is looked at on the next turn: what is sent in this one leaves together. */
  wake(line?: PartitionLine): void {
    if (line) this.#lines.add(line)
    if (this.#turn !== undefined || this.#ending.signal.aborted) return
    this.#turn = this.#clock.soon(() => {
      this.#turn = undefined
      this.#drain()
    })
  }

  /** Somebody waits for what is open: as it is on the next turn, it leaves without waiting for company. */
  hurry(): void {
    this.#isHurried = true
    this.wake()
  }

  /** Resolves when no request is on its way: a batch that has its outcome may still land. */
  landed(): Promise<void> {
    return this.#unanswered.none()
  }

  /** Fails everything that has not ended, at once. */
  failAll(error: KafkaError): void {
    const lines = [...this.#lines]
    this.#lines.clear()
    const tellings = lines.map(line => line.abandon(error))
    for (const tell of tellings) tell()
  }

  /** Fails everything that has not ended, at once and for good. */
  abandon(error: KafkaError): void {
    this.#news.unsubscribe()
    this.#unacknowledged?.close()
    this.#turn?.cancel()
    this.#alarm?.cancel()
    this.#ending.abort()
    this.failAll(error)
  }

  get #clock() {
    return this.#context.client.settings.clock
  }

  #drain(): void {
    const now = this.#clock.monotonic()
    const refusal = this.#context.gate?.refusal
    const isHurried = this.#isHurried
    this.#isHurried = false
    const { topics } = this.#context.client.cluster
    for (const line of this.#lines) {
      if (isHurried) line.hurry()
      line.expire(now)
      line.writesTo(topics.get(line.at.topic)?.id)
      if (refusal) line.giveUp(refusal)
      if (line.isIdle) this.#lines.delete(line)
    }
    for (let requests = this.#gather(now); requests.size > 0; requests = this.#gather(now))
      for (const request of requests.values()) this.#send(request)
    this.#setAlarm(now)
  }

  /** One request for each broker that takes one now, with the next batch of each of its lines. */
  #gather(now: number): Map<Broker, ProduceRequest> {
    const { gate } = this.#context
    const requests = new Map<Broker, ProduceRequest>()
    const taken: PartitionLine[] = []
    for (const line of this.#lines) {
      if (!line.mayLeave(now) || !this.#isIdentified()) continue
      const broker = this.#brokerFor(line)
      if (broker === undefined || !line.mayLeaveFor(broker)) continue
      const request = requests.get(broker) ?? new ProduceRequest(broker, this.#context)
      if (request.bytes > 0 && request.bytes + line.nextBytes > maxRequestBytes) continue
      // Who is admitted leaves: until then it may be cancelled, and the transaction stay empty.
      if (gate?.admits(line.at) === false || !line.prepare()) continue
      request.add(line)
      requests.set(broker, request)
      taken.push(line)
    }
    // Whoever was taken stands at the end now, so that with full requests everybody has a turn.
    for (const line of taken) {
      this.#lines.delete(line)
      this.#lines.add(line)
    }
    return requests
  }

  /** The leader, if it can take a request now. If not, the line will be woken when it can, or waits for news of it. */
  #brokerFor(line: PartitionLine): Broker | undefined {
    const { router, cluster } = this.#context.client
    try {
      const broker = leaderOf(router, cluster, line.at, 'Produce')
      if (this.#unanswered.isFull(broker)) return undefined
      if (broker.isReady('main')) return broker
      this.#connect(broker)
    } catch (error) {
      this.#postpone(line, asKafkaError(error, 'Produce'))
    }
    return undefined
  }

  /** Batches stay with us, and may go to another leader, until the connection stands. */
  #connect(broker: Broker): void {
    if (this.#connecting.has(broker)) return
    this.#connecting.add(broker)
    broker
      .connect('main', this.#call)
      .catch((error: unknown) => this.#unreachable(broker, asKafkaError(error, 'Produce')))
      .finally(() => {
        this.#connecting.delete(broker)
        this.wake()
      })
  }

  #unreachable(broker: Broker, error: KafkaError): void {
    if (this.#ending.signal.aborted) return
    const now = this.#clock.monotonic()
    for (const line of this.#lines)
      if (this.#leader(line) === broker.id && line.mayLeave(now)) this.#postpone(line, error)
  }

  /** Node id of the leader; undefined while nobody is known. */
  #leader({ at }: PartitionLine): number | undefined {
    return this.#context.client.cluster.partition(at.topic, at.partition)?.leader
  }

  /** There is news of the cluster: who waited because of a leader that is none any more need not wait on (KIP-951). */
  #learned(): void {
    for (const line of this.#lines) line.ledBy(this.#leader(line))
    this.wake()
  }

  #postpone(line: PartitionLine, error: KafkaError): void {
    line.postpone(error, this.#leader(line))
    this.#learn(line, error)
  }

  #send(request: ProduceRequest): void {
    const { broker } = request
    this.#unanswered.leaves(broker)
    this.#unacknowledged?.leaves(broker)
    broker
      .request(request.sending(), this.#call)
      .then(({ response, version }) => this.#answered(request.read(response, version)))
      .catch((error: unknown) => this.#failed(request, asKafkaError(error, 'Produce')))
      .finally(() => {
        this.#unanswered.cameBack(broker)
        this.wake()
      })
  }

  #answered(told: ReadonlyMap<Passenger, Told>): void {
    for (const [{ line, batch }, answer] of told) {
      if (answer.isWritten) line.delivered(batch, answer.baseOffset, answer.timestamp)
      else this.#refused(line, batch, answer.error, answer.records)
    }
    // Else partitions that were added would not be heard of as long as all goes well.
    const topics = new Set([...told.keys()].map(({ line }) => line.at.topic))
    this.#context.client.router.metadata.of([...topics]).catch(ignored)
  }

  #failed({ passengers }: ProduceRequest, error: KafkaError): void {
    for (const { line, batch } of passengers) {
      // Nobody asked whether it has arrived, and a second time it might be there twice.
      if (this.#unacknowledged && mayBeWritten(error)) line.delivered(batch, -1n, -1n)
      else this.#refused(line, batch, error)
    }
  }

  #refused(line: PartitionLine, batch: Batch, error: KafkaError, records?: readonly RefusedRecord[]): void {
    this.#context.gate?.cameBack(error)
    line.refused(batch, error, records)
    line.ledBy(this.#leader(line))
    this.#learn(line, error)
  }

  /** Metadata is asked for anew where that may help. */
  #learn({ at }: PartitionLine, error: KafkaError): void {
    const mayHelp =
      error.remedy === 'refresh-metadata' || error instanceof ConnectionError || error instanceof TimeoutError
    if (mayHelp) this.#context.client.router.metadata.refresh([at.topic]).catch(ignored)
  }

  /** Whether batches can be stamped; if not yet, the producer id is asked for, and the lines are looked at after it. */
  #isIdentified(): boolean {
    const { identity } = this.#context
    if (!identity.isOn || identity.current) return true
    if (this.#isAskingIdentity) return false
    this.#isAskingIdentity = true
    identity
      .get(this.#ending.signal)
      .then(() => {
        for (const line of this.#lines) line.resume()
      })
      .catch((error: unknown) => this.#withoutIdentity(asKafkaError(error, 'Produce')))
      .finally(() => {
        this.#isAskingIdentity = false
        this.wake()
      })
    return false
  }

  /** No producer id: nobody can send. An error that no retry mends fails what waits. */
  #withoutIdentity(error: KafkaError): void {
    const now = this.#clock.monotonic()
    const waiting = [...this.#lines].filter(line => line.mayLeave(now))
    const tellings = waiting.map((line): Telling => {
      if (!error.retriable) return line.failQueue(error)
      return () => this.#postpone(line, error)
    })
    for (const tell of tellings) tell()
  }

  /** Looks at the lines again when the first of them wants it. */
  #setAlarm(now: number): void {
    let at = Infinity
    for (const line of this.#lines) at = Math.min(at, line.nextAt(now))
    if (at === this.#alarmAt) return
    this.#alarm?.cancel()
    this.#alarmAt = at
    if (at === Infinity) return
    this.#alarm = this.#clock.after(at - now, () => {
      this.#alarmAt = Infinity
      this.wake()
    })
  }
}

function ignored(): void {
  // The next attempt shows whether the news came.
}
