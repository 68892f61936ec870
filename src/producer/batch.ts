import { codecs } from '../compression'
import { handOver, settle, type Delivery, type DeliveryOwner } from '../deferred'
import {
  CompressionError,
  KafkaError,
  type Bytes,
  type Codec,
  type Headers,
  type Message,
  type TopicPartition,
} from '../kernel'
import { BatchWriter, readBatches, type Stamp } from '../protocol'
import { BatchCalls } from './batch-calls'
import { deliveryBytes, type BufferMemory } from './buffer-memory'
import type { Compressors } from './compressors'
import type { Era } from './flushes'
import { LandedReceipt, type Receipt } from './receipt'

/** How the records of a batch are fixed. */
export interface Sealing {
  readonly codec: Codec | undefined
  readonly level: number | undefined
  readonly transactional: boolean
  readonly compressors: Compressors
}

/** The line that a batch stands in. */
interface BatchLine {
  readonly at: TopicPartition
  /** A call was taken back. */
  withdrawn(batch: Batch): void
}

/**
 * Calls that travel together to one partition, encoded as they come. Open, it takes more and gives calls back;
 * sealed, its records are fixed.
 */
export class Batch implements DeliveryOwner {
  /** Monotonic ms of the first call. */
  readonly since: number
  /** Who waits for its end. */
  readonly era: Era
  readonly #line: BatchLine
  readonly #memory: BufferMemory
  #writer: BatchWriter
  #calls = new BatchCalls()
  /** Bytes of a sealed batch before compression. */
  #plainBytes = 0
  #sealing: Sealing | undefined
  #stamp: Stamp | undefined
  #stamped: Buffer | undefined
  /** How often it has left. */
  attempts = 0
  /** Its bytes are read: by a request when it is written, or by a thread that compresses them. */
  #isRead = false
  /** It has ended, or was given up. */
  isReleased = false
  /** It is sealed and compressed. */
  isReady = false
  /** Why it could not be compressed. */
  failure: KafkaError | undefined

  /** @param bytes to begin with */
  constructor(line: BatchLine, since: number, era: Era, memory: BufferMemory, bytes: number) {
    this.#line = line
    this.since = since
    this.era = era
    this.#memory = memory
    this.#writer = new BatchWriter(memory, bytes)
  }

  get at(): TopicPartition {
    return this.#line.at
  }

  /** Messages in it, those taken back included as long as it is open. */
  get count(): number {
    return this.#writer.count
  }

  /** Bytes in it, its header included. */
  get bytes(): number {
    return this.#writer.bytes
  }

  /** The same before compression. */
  get plainBytes(): number {
    return this.isSealed ? this.#plainBytes : this.bytes
  }

  get calls(): number {
    return this.#calls.count
  }

  /** Messages in it that nobody took back. */
  get wanted(): number {
    return this.isSealed ? this.count : this.count - this.#calls.withdrawnMessages(this.count)
  }

  get isSealed(): boolean {
    return this.#sealing !== undefined
  }

  /** Whether all calls were taken back. */
  get isEmpty(): boolean {
    return this.#calls.areWithdrawn
  }

  /** Makes room for a call, so that it is in the batch as a whole or not at all. Throws BufferFullError. */
  reserve(bytes: number): void {
    const { allocatedBytes } = this.#writer
    const more = this.#writer.hasRoom(bytes) ? 0 : Math.max(2 * allocatedBytes, this.bytes + bytes)
    this.#memory.check(more + deliveryBytes)
    this.#writer.reserve(bytes)
  }

  /** Enters a call, whose messages come next. */
  enter(delivery: Delivery<Receipt>): void {
    this.#calls.enter(delivery, this.#writer.count)
    this.#memory.count(deliveryBytes)
  }

  /** Adds a message of the call that was entered last. */
  append(
    key: Bytes | null,
    value: Bytes | null,
    headers: Headers | undefined,
    time: number,
    room: number,
  ): void {
    this.#writer.appendParts(key, value, headers, time, room)
  }

  /** Takes a call back out; only while the batch is open. */
  withdraw(delivery: Delivery<unknown>): boolean {
    if (this.isSealed || !this.#calls.withdraw(delivery)) return false
    this.#line.withdrawn(this)
    return true
  }

  /** Fixes the records, without those that were taken back, and compresses them, at once or on another thread. */
  seal(sealing: Sealing): void {
    if (this.#calls.hasWithdrawn) this.#leaveOut()
    this.#plainBytes = this.bytes
    this.#sealing = sealing
    const { codec, compressors } = sealing
    if (codec && compressors.takes(codec, this.bytes)) compressors.add(this)
    else this.#close(sealing)
  }

  /** Its buffer stays ours until the thread has ended, even if the batch is given up meanwhile. */
  async compressOnThread(): Promise<void> {
    const sealing = this.#sealing!
    const { records } = this.#writer
    // What the codec writes counts too.
    this.#memory.count(records.length)
    this.#isRead = true
    try {
      const compressed = await sealing.codec!.compressAsync!(records, sealing.level)
      if (!this.isReleased) this.#close(sealing, compressed)
    } catch (error) {
      this.#fail(error)
    }
    this.#memory.count(-records.length)
    this.landed()
  }

  /** The bytes on the wire: the same at every attempt under the same sequence. */
  stamped(stamp: Stamp): Buffer {
    if (this.#stamped && this.#stamp && isSameStamp(this.#stamp, stamp)) return this.#stamped
    this.#stamp = stamp
    return (this.#stamped = this.#writer.stamp(stamp))
  }

  /** The messages of a sealed batch, decoded again: for older formats, and to divide it. */
  messages(): readonly Message[] {
    const batches = [...readBatches(this.stamped(this.#stamp ?? {}), { ...this.at, codecs })]
    return batches.flatMap(batch => batch.records())
  }

  /** Two sealed batches of about half the messages each, for a broker that takes less at a time. */
  divided(): readonly [Batch, Batch] {
    const messages = this.messages()
    const middle = this.#calls.middle(messages.length)
    const halves = [this.#part(messages, 0, middle), this.#part(messages, middle, this.calls)] as const
    this.release()
    return halves
  }

  /** Tells every call where it landed, and lets go of the bytes. */
  deliver(baseOffset: bigint, timestamp: bigint): void {
    const { topic, partition } = this.at
    const { deliveries, starts } = this.#calls
    this.release()
    const base = Number(baseOffset)
    // One bigint a call instead of two, wherever a number is exact.
    const isExact = Number.isSafeInteger(base + this.count)
    for (let index = 0; index < deliveries.length; index++) {
      const start = starts[index]!
      const offset = base < 0 ? -1n : isExact ? BigInt(base + start) : baseOffset + BigInt(start)
      deliveries[index]![settle](new LandedReceipt(topic, partition, offset, timestamp))
    }
  }

  /** The call that this message is of, while the batch has not ended. */
  callOf(message: number): Delivery<Receipt> | undefined {
    return this.#calls.of(message)
  }

  /** The calls that nobody took back, for whoever fails them; lets go of the bytes. */
  give(): readonly Delivery<Receipt>[] {
    const { wanted } = this.#calls
    this.release()
    return wanted
  }

  /** Its bytes stay as they are until it has landed. */
  left(): void {
    this.attempts++
    this.#isRead = true
  }

  /** Nobody reads its bytes any more. */
  landed(): void {
    this.#isRead = false
    if (this.isReleased) this.#writer.release()
  }

  /** Lets go of the bytes, when nobody reads them any more. The batch is of no use from here on. */
  release(): void {
    this.#memory.count(-deliveryBytes * this.#calls.count)
    this.#calls = new BatchCalls()
    this.#stamped = undefined
    this.isReleased = true
    if (!this.#isRead) this.#writer.release()
  }

  #close(sealing: Sealing, compressed?: Buffer): void {
    try {
      this.#writer.seal({ ...sealing, compressed })
      this.isReady = true
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    const codec = this.#sealing!.codec?.type ?? 'none'
    this.failure = error instanceof KafkaError ? error : new CompressionError(codec, this.bytes, error)
  }

  #part(messages: readonly Message[], from: number, to: number): Batch {
    const part = new Batch(this.#line, this.since, this.era, this.#memory, this.#writer.allocatedBytes)
    for (let call = from; call < to; call++) this.#copyCall(part, messages, call)
    part.seal(this.#sealing!)
    return part
  }

  #copyCall(to: Batch, messages: readonly Message[], call: number): void {
    const { deliveries, starts } = this.#calls
    const delivery = deliveries[call]!
    to.enter(delivery)
    delivery[handOver](to)
    const end = this.#calls.endOf(call, messages.length)
    for (let index = starts[call]!; index < end; index++) to.#writer.append(messages[index]!, 0)
  }

  /** Writes the batch anew without the calls that were taken back; there is at least one other. */
  #leaveOut(): void {
    const all = new Batch(this.#line, this.since, this.era, this.#memory, this.#writer.allocatedBytes)
    this.#writer.seal()
    const messages = this.messages()
    this.#calls.deliveries.forEach((delivery, call) => {
      if (!this.#calls.isWithdrawn(delivery)) this.#copyCall(all, messages, call)
    })
    this.release()
    this.isReleased = false
    for (const delivery of all.#calls.deliveries) delivery[handOver](this)
    this.#writer = all.#writer
    this.#calls = all.#calls
    this.#stamp = undefined
  }
}

function isSameStamp(one: Stamp, other: Stamp): boolean {
  return (
    one.producerId === other.producerId &&
    one.producerEpoch === other.producerEpoch &&
    one.baseSequence === other.baseSequence
  )
}
