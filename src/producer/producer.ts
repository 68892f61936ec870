import { Subject, type Observable } from 'rxjs'
import {
  abortController,
  ArgumentError,
  asKafkaError,
  BufferFullError,
  ClosedError,
  MessageTooLargeError,
  TimeoutError,
  type Bytes,
  type KafkaError,
  type Message,
} from '../kernel'
import {
  acksNumber,
  checkTopic,
  closeTimeout,
  runCall,
  type CloseOptions,
  within,
  coreOf,
  type ClientCore,
  type KafkaClient,
} from '../client'
import { Deferred, Delivery, UnheardFailures, type DeliveryOwner } from '../deferred'
import type { ChoosePartition } from '../partitioners'
import type { ProducerEvent } from './event'
import { Flushes } from './flushes'
import { Identity } from './identity'
import { settleProducer, type ProducerOptions, type ProducerSettings } from './options'
import { PartitionLine } from './partition-line'
import { measured, type Receipt, type SendCall } from './send-call'
import { failDelivery, Sender } from './sender'
import { checkPartition, TopicQueues } from './topic-queues'

/** One message with its destination. */
export interface OutgoingMessage extends Message {
  readonly topic: string
  /** Default: the partitioner chooses. */
  readonly partition?: number
}

/** What a send was given. */
type Given = Pick<SendCall, 'topic' | 'partition' | 'messages'> & { readonly key: Bytes | null }

/**
 * Writes messages: batched, in call order, without doubles. Sends are accepted when called; the first one connects
 * and asks for metadata. Closing the client closes the producer first.
 */
export class Producer {
  /** Retries, failures, unheard failures. Hot; never errors; completes when the producer is closed. */
  readonly events$: Observable<ProducerEvent>
  readonly #events = new Subject<ProducerEvent>()
  readonly #core: ClientCore
  readonly #settings: ProducerSettings
  readonly #unheard: UnheardFailures
  readonly #sender: Sender
  readonly #queues: TopicQueues
  readonly #lines = new Map<string, PartitionLine>()
  readonly #choosers = new Map<string, ChoosePartition>()
  readonly #live = new Map<Delivery<unknown>, SendCall>()
  readonly #flushes = new Flushes()
  /** Who deliveries ask when they are cancelled. */
  readonly #carrier: DeliveryOwner = { withdraw: delivery => this.#withdraw(delivery) }
  readonly #stopping = abortController()
  readonly #leaveClient: () => void
  #bufferedBytes = 0
  #whenRoom: (() => void)[] = []
  #closed: Deferred<void> | undefined

  /** @throws ArgumentError naming the option that cannot be used */
  constructor(client: KafkaClient, options: ProducerOptions = {}) {
    const core = coreOf(client)
    this.#core = core
    this.#settings = settleProducer(options)
    const { clock } = core.settings
    const { acks: wantedAcks, idempotent, maxBlockMs } = this.#settings
    const acks = acksNumber(wantedAcks)
    if (idempotent === true && acks !== -1) {
      throw new ArgumentError(
        'producer option idempotent',
        true,
        `acks 'all' with it; ${JSON.stringify(wantedAcks)} cannot be checked for doubles`,
      )
    }
    this.events$ = this.#events.asObservable()
    const emit = (event: ProducerEvent): void => this.#events.next(event)
    this.#unheard = new UnheardFailures(clock, emit)
    this.#sender = new Sender({
      client: core,
      settings: this.#settings,
      acks,
      identity: new Identity(core, emit, acks === -1 ? idempotent : false),
      emit,
      unheard: this.#unheard,
      ended: call => this.#ended(call),
    })
    this.#queues = new TopicQueues({
      client: core,
      maxBlockMs,
      place: (call, partitions) => this.#place(call, partitions),
      refuse: (call, error) => this.#refuse(call, error),
      released: () => {
        if (!this.#flushes.isEmpty) this.#sender.sealAll()
      },
    })
    this.#leaveClient = core.adopt(this)
  }

  /**
   * Hands messages over, all with one key, to travel in one batch of one partition, all or nothing.
   *
   * @param key null: none
   * @returns a Delivery of where the first one landed
   */
  sendMessages(topic: string, key: Bytes | null, messages: readonly (Bytes | null)[]): Delivery<Receipt> {
    return this.#accept(() => {
      const values: readonly (Bytes | null)[] = messages
      if (!Array.isArray(messages) || values.length === 0) {
        throw new ArgumentError('messages', messages, 'an array with at least one value')
      }
      return { topic, key, partition: undefined, messages: values.map(value => ({ key, value })) }
    })
  }

  /** Hands one message over. */
  send(message: OutgoingMessage): Delivery<Receipt> {
    return this.#accept(() => {
      if (typeof message !== 'object' || message === null) {
        throw new ArgumentError('message', message, 'an object with topic and value')
      }
      const { topic, partition, key = null, value, headers, timestamp } = message
      return { topic, key, partition, messages: [{ key, value, headers, timestamp }] }
    })
  }

  /** Ends when there is room again: at most half of `maxBufferedBytes` is held. */
  ready(): Deferred<void> {
    return new Deferred<void>(resolve => {
      if (this.#hasRoom) resolve()
      else this.#whenRoom.push(() => resolve())
    })
  }

  /** Sends what waits without waiting for company, and ends when all that was accepted before has ended. */
  flush(): Deferred<void> {
    return Deferred.from<void>('flush', () => this.#flushed()).start()
  }

  /**
   * Takes no more, sends what was accepted, then ends. What has not ended after `timeoutMs` fails.
   *
   * @param options.timeoutMs default 30,000
   */
  close(options: CloseOptions = {}): Deferred<void> {
    if (this.#closed) return this.#closed
    const closed = Deferred.from<void>('close', async () => {
      const timeoutMs = closeTimeout(options)
      this.#closed = closed
      return this.#shutDown(timeoutMs)
    })
    return closed.start()
  }

  /** Ends at once, also while `close` still waits: what has not been delivered fails. */
  stop(): Deferred<void> {
    this.#stopping.abort()
    return this.close({ timeoutMs: 0 })
  }

  /** True when the call was taken out before its batch was sealed. */
  #withdraw(delivery: Delivery<unknown>): boolean {
    const call = this.#live.get(delivery)
    if (!call) return false
    if (!this.#queues.remove(call)) {
      if (!call.batch || call.batch.isSealed) return false
      call.batch.remove(call)
    }
    this.#ended(call)
    return true
  }

  /** Whatever is wrong with it, a send answers through its delivery. */
  #accept(given: () => Given): Delivery<Receipt> {
    const delivery = new Delivery<Receipt>(this.#carrier)
    try {
      const call = this.#callOf(given(), delivery)
      this.#live.set(delivery, call)
      this.#bufferedBytes += call.bytes
      this.#queues.add(call)
    } catch (error) {
      failDelivery(delivery, asKafkaError(error, 'send'), this.#unheard)
    }
    return delivery
  }

  #callOf({ topic, key, partition, messages: given }: Given, delivery: Delivery<Receipt>): SendCall {
    if (this.#closed) throw new ClosedError('Producer')
    checkTopic('topic', topic)
    const { maxBatchBytes, maxBufferedBytes } = this.#settings
    const { clock } = this.#core.settings
    if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0))
      throw new ArgumentError('partition', partition, 'a whole number from 0')
    const { sized, bytes } = measured(given, maxBatchBytes)
    if (bytes > maxBatchBytes) {
      const what = `${given.length} messages for ${topic}`
      throw new MessageTooLargeError(what, bytes, maxBatchBytes, 'producer option maxBatchBytes')
    }
    if (this.#bufferedBytes + bytes > maxBufferedBytes) throw new BufferFullError(bytes, maxBufferedBytes)
    const now = clock.now()
    const messages = sized.map(message => ({ ...message, timestamp: message.timestamp ?? now }))
    const encodedKey = typeof key === 'string' ? Buffer.from(key) : key
    return {
      topic,
      key: encodedKey,
      partition,
      messages,
      bytes,
      delivery,
      at: clock.monotonic(),
      batch: undefined,
      era: this.#flushes.entered(),
    }
  }

  #place(call: SendCall, partitions: readonly number[]): void {
    const { topic } = call
    try {
      const wanted = call.partition ?? this.#choose(call, partitions)
      const line = this.#line(topic, checkPartition(topic, wanted, partitions))
      if (line.add(call)) this.#sender.wake()
    } catch (error) {
      this.#refuse(call, asKafkaError(error, 'send'))
    }
  }

  #choose({ topic, key }: SendCall, partitions: readonly number[]): number {
    try {
      return this.#chooser(topic)(key, partitions)
    } catch (error) {
      throw new ArgumentError(
        'producer option partitioner',
        String(error),
        `a partitioner that answers for ${topic} and does not throw`,
      )
    }
  }

  #chooser(topic: string): ChoosePartition {
    let choose = this.#choosers.get(topic)
    if (!choose) this.#choosers.set(topic, (choose = this.#settings.partitioner.forTopic(topic)))
    return choose
  }

  #line(topic: string, partition: number): PartitionLine {
    const key = `${partition}:${topic}`
    let line = this.#lines.get(key)
    if (!line) {
      this.#lines.set(key, (line = new PartitionLine({ topic, partition }, this.#settings)))
      this.#sender.adopt(line)
    }
    return line
  }

  #refuse(call: SendCall, error: KafkaError): void {
    failDelivery(call.delivery, error, this.#unheard)
    this.#ended(call)
  }

  get #hasRoom(): boolean {
    return this.#bufferedBytes * 2 <= this.#settings.maxBufferedBytes
  }

  #ended(call: SendCall): void {
    if (!this.#live.delete(call.delivery)) return
    this.#flushes.ended(call.era)
    this.#bufferedBytes -= call.bytes
    if (this.#whenRoom.length === 0 || !this.#hasRoom) return
    const waiting = this.#whenRoom
    this.#whenRoom = []
    for (const tell of waiting) tell()
  }

  #flushed(): Promise<void> {
    this.#sender.sealAll()
    return this.#flushes.all()
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const { clock } = this.#core.settings
    const { signal } = this.#stopping
    const plan = { clock, what: 'Producer', timeoutMs, abandoned: signal }
    await runCall(plan, call => within(call, this.#flushed())).catch(ignored)
    const error = signal.aborted
      ? new ClosedError('Producer')
      : new TimeoutError('close', timeoutMs, 'Producer')
    this.#queues.close()
    this.#sender.abandon(error)
    for (const call of [...this.#live.values()]) this.#refuse(call, error)
    this.#leaveClient()
    // What fails unheard is told on the next turn.
    await new Promise<void>(resolve => void clock.soon(resolve))
    this.#events.complete()
  }
}

function ignored(): void {
  // Out of time: what has not ended by now fails.
}
