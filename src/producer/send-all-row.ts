import type { Subscriber } from 'rxjs'
import { asKafkaError, BufferFullError, FailedMessagesError, type Clock, type KafkaError } from '../kernel'
import { listen, type Delivery } from '../deferred'
import type { BufferMemory } from './buffer-memory'
import type { Emit } from './event'
import { PassedReceipt, type Receipt } from './receipt'
import { endsAll, endsAtOnce } from './send-all-failure'
import type { SendAllSettings } from './send-all-options'
import { Slot } from './send-all-slot'
import type { PassingMessage, SentMessage, UnsentMessage } from './send-all-types'

/** What `sendAll` needs of its producer. */
export interface SendAllContext<Value> {
  /** Hands one message over. Throws what is wrong with it. */
  readonly take: (message: PassingMessage<Value>) => Delivery<Receipt>
  readonly memory: Pick<BufferMemory, 'hasRoom' | 'whenRoom'>
  /** Nothing more comes until something has landed: what is open need not wait for company. */
  readonly hurry: () => void
  readonly emit: Emit
  readonly clock: Clock
  /** The transaction that it is part of. */
  readonly part?: SendAllPart
}

/** What a transaction has to know of a `sendAll`. */
export interface SendAllPart {
  begun(): void
  /** Not all of the source will be sent. Of messages that were accepted the transaction knows by itself. */
  failed(error: unknown): void
  /** Everything has landed, or nobody wants to hear of it any more. */
  over(): void
}

/** Where the messages come from. */
export interface SendAllSource {
  /** A message has landed: there may be room for another. */
  more(): void
  /** Reads no more; called once or several times. */
  stop(): void
}

/** So many failures are kept for the error at the end. */
const maxFailures = 100

/** One subscription to a `sendAll`: its messages in the order of the source, and what is told of them. */
export class SendAllRow<Value> {
  readonly context: SendAllContext<Value>
  readonly settings: SendAllSettings
  readonly #subscriber: Subscriber<SentMessage | UnsentMessage>
  #source: SendAllSource | undefined
  #head: Slot | undefined
  #tail: Slot | undefined
  #length = 0
  #isTelling = false
  #isOver = false
  #isCounted = true
  #isStopped = false
  /** The source has ended, perhaps with an error of its own. */
  #ending: { readonly error?: unknown } | undefined
  #delivered = 0
  #failed = 0
  readonly #failures: { error: KafkaError; passThrough: unknown }[] = []

  constructor(
    context: SendAllContext<Value>,
    settings: SendAllSettings,
    subscriber: Subscriber<SentMessage | UnsentMessage>,
  ) {
    this.context = context
    this.settings = settings
    this.#subscriber = subscriber
    context.part?.begun()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Messages that were read and whose results have not been told. */
  get length(): number {
    return this.#length
  }

  /** Whether it takes another message, as far as `maxInFlight` is concerned. */
  get hasPlace(): boolean {
    return this.#length < this.settings.maxInFlight && !this.#isStopped
  }

  /** Tells the source that it is the one; it begins to read by itself. */
  readFrom(source: SendAllSource): void {
    this.#source = source
  }

  /**
   * Hands a message over; whatever is wrong with it is its result.
   *
   * @returns the error if there is no room for it just now: then nothing has happened
   */
  offer(message: PassingMessage<Value>): BufferFullError | undefined {
    // It has its place before anybody looks at it, since whoever does may bring the next one.
    const before = this.#tail
    const slot = this.#enter((message as PassingMessage<Value> | null | undefined)?.passThrough)
    try {
      slot.delivery = this.context.take(message)
    } catch (error) {
      if (this.#isOver) return undefined
      if (error instanceof BufferFullError) return this.#leaveOut(slot, before, error)
      slot.error(asKafkaError(error, 'send'))
      return undefined
    }
    slot.delivery[listen](slot)
    if (this.#isOver) this.#takeBack(slot)
    return undefined
  }

  /** A message for which there will never be room. */
  fail(message: PassingMessage<Value>, error: KafkaError): void {
    this.context.part?.failed(error)
    this.#enter(message.passThrough).error(error)
  }

  /** The source has no more; an error of its own comes after the results of what was read before. */
  ended(ending: { readonly error?: unknown } = {}): void {
    this.#ending ??= ending
    this.#isStopped = true
    this.#tell()
  }

  /** Its subscriber has left or been told the end. */
  close(): void {
    this.#isOver = true
    this.#left()
    this.#stop()
    for (let slot = this.#head; slot; slot = slot.behind) this.#takeBack(slot)
    this.#head = this.#tail = undefined
  }

  landed(slot: Slot): void {
    const { failure } = slot
    if (failure !== undefined && this.#judge(failure)) this.#subscriber.error(failure)
    else this.#tell()
  }

  #enter(passThrough: unknown): Slot {
    const slot = new Slot(this, passThrough)
    if (this.#tail) this.#tail.behind = slot
    else this.#head = slot
    this.#tail = slot
    this.#length++
    return slot
  }

  #leaveOut(slot: Slot, before: Slot | undefined, error: BufferFullError): BufferFullError {
    this.#length--
    slot.isLeftOut = true
    if (slot !== this.#tail) return error
    if (this.#head === slot) this.#head = this.#tail = undefined
    else if (before?.behind === slot) {
      before.behind = undefined
      this.#tail = before
    }
    return error
  }

  /** Reads no more after a failure that says so. Answers whether all is over at once. */
  #judge(failure: KafkaError): boolean {
    if (endsAtOnce(failure)) return true
    if (this.#isLast(failure)) this.#stop()
    return false
  }

  #isLast(failure: KafkaError): boolean {
    return this.settings.onError === 'stop' || endsAll(failure)
  }

  #stop(): void {
    this.#isStopped = true
    this.#source?.stop()
  }

  /** Tells the results that are there, in order, and what follows from that. */
  #tell(): void {
    if (this.#isTelling || this.#isOver) return
    this.#isTelling = true
    for (let slot = this.#head; slot?.isLanded; slot = this.#head) {
      this.#head = slot.behind
      if (this.#head === undefined) this.#tail = undefined
      // An old slot that leads to young ones would keep them from being collected early.
      slot.behind = undefined
      if (!slot.isLeftOut) this.#tellOne(slot)
    }
    this.#isTelling = false
    if (this.#isOver) return
    if (this.#ending && this.#head === undefined) this.#finish(this.#ending)
    else this.#source?.more()
  }

  #tellOne({ receipt, failure, passThrough }: Slot): void {
    this.#length--
    if (receipt) {
      this.#delivered++
      this.#subscriber.next(new PassedReceipt(receipt, passThrough))
    } else this.#tellFailure(failure!, passThrough)
  }

  #tellFailure(error: KafkaError, passThrough: unknown): void {
    this.#failed++
    if (this.#isLast(error)) this.#subscriber.error(error)
    else if (this.settings.onError === 'emit') this.#subscriber.next({ error, passThrough })
    else if (this.#failures.length < maxFailures) this.#failures.push({ error, passThrough })
  }

  /** Before its end is told: whoever hears it may commit. */
  #left(): void {
    if (this.#isCounted) this.context.part?.over()
    this.#isCounted = false
  }

  #finish(ending: { readonly error?: unknown }): void {
    this.#left()
    if ('error' in ending) {
      this.context.part?.failed(ending.error)
      this.#subscriber.error(ending.error)
    } else if (this.#failures.length === 0) this.#subscriber.complete()
    else this.#subscriber.error(new FailedMessagesError(this.#delivered, this.#failed, this.#failures))
  }

  #takeBack({ delivery, isLanded }: Slot): void {
    if (this.settings.onUnsubscribe === 'abandon' && !isLanded) delivery?.cancel()
  }
}
