import type { TopicPartition } from '../kernel'
import { Batch } from './batch'
import { batchOverhead, deliveryBytes } from './buffer-memory'
import type { Era } from './flushes'
import type { LineContext } from './line-context'

/** A new batch begins with at most so many bytes, and grows. */
const maxFirstBytes = 64 * 1024

/** The batches of one partition that have not left, in order: the sealed ones, then the open one, which takes calls. */
export class LineQueue {
  readonly at: TopicPartition
  readonly #context: LineContext
  /** Bytes that fill a batch. */
  #limit: number
  #open: Batch | undefined
  /** The open batch waits for no more company. */
  #isHurried = false
  #sealed: Batch[] = []
  /** Bytes of what waits sealed, before compression. */
  #waitingBytes = 0
  /** Bytes of all that was ever sealed, before compression. */
  #takenBytes = 0
  /** Bytes to begin the next batch with: what the last one came to. */
  #firstBytes = 0

  constructor(at: TopicPartition, context: LineContext) {
    this.at = at
    this.#context = context
    const { bufferBytes, maxBatchBytes } = context.settings
    this.#limit = Math.min(bufferBytes, maxBatchBytes)
  }

  /** The batch that leaves first. */
  get first(): Batch | undefined {
    return this.#sealed[0] ?? this.#open
  }

  /** All of them, in order. */
  get batches(): readonly Batch[] {
    return this.#open ? [...this.#sealed, this.#open] : this.#sealed
  }

  /** Bytes that wait to leave, before compression. */
  get waitingBytes(): number {
    return this.#waitingBytes + (this.#open?.bytes ?? 0)
  }

  /** Bytes of all calls that came here, before compression. */
  get takenBytes(): number {
    return this.#takenBytes + (this.#open?.bytes ?? 0)
  }

  /** Monotonic ms from which the first batch may leave; undefined if it waits for no company, or if there is none. */
  get gathersUntil(): number | undefined {
    const open = this.#open
    if (open === undefined || this.#sealed.length > 0) return undefined
    return this.#isHurried ? open.since : open.since + this.#context.settings.bufferTime
  }

  /** Whether the first batch may leave. Behind one that is still being compressed nothing does. */
  mayLeave(now: number): boolean {
    const first = this.#sealed[0]
    return first ? first.isReady : now >= (this.gathersUntil ?? Infinity)
  }

  /**
   * The batch for a call of so many bytes, with room for it. Throws BufferFullError.
   *
   * @param waited for a call that was accepted before: when, and who waits for it
   */
  batchFor(bytes: number, waited?: { readonly at: number; readonly era: Era }): Batch {
    const open = this.#open
    if (open && open.bytes + bytes <= this.#limit) {
      open.reserve(bytes)
      return open
    }
    const { memory, flushes, now } = this.#context
    const first = this.#bytesFor(bytes)
    this.seal()
    const era = waited ? flushes.joined(waited.era) : flushes.entered()
    this.#isHurried = false
    return (this.#open = new Batch(this, waited?.at ?? now(), era, memory, first))
  }

  /** A call was added; a batch that is full is sealed. */
  added(batch: Batch): void {
    const { bufferCount = Infinity } = this.#context.settings
    if (batch.bytes >= this.#limit || batch.count >= bufferCount) this.seal()
  }

  /** A call was taken back. A batch whose calls were all taken back is gone. */
  withdrawn(batch: Batch): void {
    if (batch !== this.#open || !batch.isEmpty) return
    this.#open = undefined
    batch.release()
    this.#context.flushes.ended(batch.era)
  }

  /** Fixes the open batch. It has its place before that, and so before whatever comes meanwhile. */
  seal(): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    this.#sealed.push(open)
    open.seal(this.#context.sealing())
    this.#firstBytes = Math.min(maxFirstBytes, open.plainBytes)
    this.#takenBytes += open.plainBytes
    this.#waitingBytes += open.plainBytes
  }

  /** The open batch leaves as soon as it can; until then it grows. */
  hurry(): void {
    this.#isHurried = true
  }

  /** Seals what leaves first if it is open, so that it grows until then; false if it still has to be compressed. */
  prepare(): boolean {
    if (this.#sealed.length === 0) this.seal()
    return this.#sealed[0]?.isReady === true
  }

  /** Takes the first batch out, which was prepared. */
  take(): Batch {
    const batch = this.#sealed.shift()!
    this.#waitingBytes -= batch.plainBytes
    return batch
  }

  /** These leave before all others. */
  putBack(batches: readonly Batch[]): void {
    for (const { plainBytes } of batches) this.#waitingBytes += plainBytes
    this.#sealed.unshift(...batches)
  }

  /** Takes all batches out, the open one as it is. */
  takeAll(): readonly Batch[] {
    const { batches } = this
    this.#takenBytes = this.takenBytes
    this.#waitingBytes = 0
    this.#sealed = []
    this.#open = undefined
    return batches
  }

  /** Takes those out whose codec has failed. Those behind them go on, since none of them has a sequence. */
  takeUnsealed(): readonly Batch[] {
    const failed = this.#sealed.filter(({ failure }) => failure !== undefined)
    if (failed.length === 0) return failed
    this.#sealed = this.#sealed.filter(({ failure }) => failure === undefined)
    for (const { plainBytes } of failed) this.#waitingBytes -= plainBytes
    return failed
  }

  /** The broker takes less at a time than we thought: so many bytes before compression fill a batch from here on. */
  learnLimit(bytes: number): void {
    this.#limit = Math.min(this.#limit, bytes)
  }

  /** As much as the last batch came to; where there is no room for that, what the call needs. */
  #bytesFor(bytes: number): number {
    const { memory } = this.#context
    const least = bytes + batchOverhead - deliveryBytes
    const first = this.#firstBytes
    if (first > least && memory.hasRoomFor(first + deliveryBytes)) return first
    memory.check(least + deliveryBytes)
    return least
  }
}
