import {
  asKafkaError,
  CorruptRecordError,
  DecompressionError,
  type KafkaError,
  type ReceivedMessage,
} from '../kernel'
import type { RecordBatch, RecordSource } from '../protocol'
import type { AbortedTransactions } from './aborted'
import type { ByteBudget, Holding } from './byte-budget'
import type { DecompressionMeter } from './decompression-meter'
import type { Position } from './position'

/** Messages to be delivered together. */
export interface Piece<M = ReceivedMessage> {
  /** Empty where the log held none: then only the position has moved. */
  readonly messages: readonly M[]
  /** Where reading goes on after them. */
  readonly position: Position
  /** About how many bytes they take, decompressed. */
  readonly bytes: number
  /** The memory that they are views of. */
  readonly holdings: readonly Holding[]
}

export interface PieceLimit {
  readonly messages: number
  readonly bytes: number
}

interface FetchedContext {
  /** All that came. */
  readonly bytes: number
  /** Where reading was wanted from; the first batch may begin before. */
  readonly from: Position
  /** What there is of the log: no batch ends behind it. */
  readonly highWatermark: bigint
  readonly aborted: AbortedTransactions
  readonly meter: DecompressionMeter
  readonly budget: ByteBudget
  /** A damaged batch is passed over, to here; undefined: it is an error. */
  readonly skip?: ((error: CorruptRecordError, to: Position) => void) | undefined
}

interface OpenBatch {
  readonly batch: RecordBatch
  readonly source: RecordSource
  /** What its decompressed bytes hold; undefined for one that is not compressed. */
  readonly holding: Holding | undefined
  readonly bytes: number
  bytesLeft: number
}

/**
 * What one answer brought for one partition. Only batch headers are looked at when it arrives; batches are
 * decompressed and decoded one at a time, when their messages are about to be delivered.
 */
export class Fetched {
  /** Where reading was wanted from. */
  readonly from: Position
  /** Where the next fetch goes on. */
  readonly end: Position
  /** Where reading goes on. */
  readTo: Position
  readonly #context: FetchedContext
  readonly #batches: readonly RecordBatch[]
  readonly #holding: Holding
  #next = 0
  #open: OpenBatch | undefined
  #failure: KafkaError | undefined
  /** Behind the batch that is damaged, where that is known. */
  #behind: bigint | undefined
  #isClosed = false
  #unreadBytes = 0

  /**
   * @param batches walked over once, now
   * @param holding their memory, which is let go of in the end
   */
  constructor(batches: Iterable<RecordBatch>, holding: Holding, context: FetchedContext) {
    const { from, highWatermark } = context
    const wanted: RecordBatch[] = []
    this.#context = context
    this.from = from
    try {
      for (const batch of batches) {
        // A header with such an end is damaged, which its checksum tells.
        if (batch.nextOffset <= from.offset || batch.nextOffset > highWatermark) batch.verify()
        if (batch.nextOffset > from.offset) wanted.push(batch)
      }
    } catch (error) {
      this.#failure = asKafkaError(error, 'reading record batches')
    }
    this.#batches = wanted
    this.#holding = holding
    // What is damaged is not asked for again before it was told.
    if (this.#failure) this.#unreadBytes = context.bytes
    else for (const { sizeInBytes } of wanted) this.#unreadBytes += sizeInBytes
    this.end = wanted.length === 0 ? from : positionAfter(wanted.at(-1)!)
    this.readTo = from
  }

  /** Nothing is left to be read, not even an error. */
  get isRead(): boolean {
    return this.#open === undefined && this.#next === this.#batches.length && this.#failure === undefined
  }

  /** Bytes of batches that were not opened yet, as they arrived. */
  get unreadBytes(): number {
    return this.#unreadBytes
  }

  /** Whether reading on takes memory, how much being known only afterwards. */
  get needsMemory(): boolean {
    const next = this.#open === undefined ? this.#batches[this.#next] : undefined
    return next !== undefined && next.compression !== 'none'
  }

  /**
   * Reads on up to a limit; undefined when nothing is left. Throws where the bytes are damaged, once all before that
   * has been read, and then again and again, unless that is to be skipped.
   */
  read(limit: PieceLimit): Piece | undefined {
    const piece = new PieceDraft(this.#holding)
    try {
      while (!piece.isFull(limit) && this.#readInto(piece, limit));
    } catch (error) {
      this.#fail(asKafkaError(error, 'reading records'))
    }
    if (piece.position !== undefined) {
      this.readTo = piece.position
      return piece.finish(piece.position)
    }
    piece.drop()
    if (this.#failure && !this.#isSkipped(this.#failure)) throw this.#failure
    return undefined
  }

  /** Lets go of what was not read. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#open?.holding?.release()
    this.#open = undefined
    this.#holding.release()
  }

  /** Takes messages of one batch; false when there is no further batch. */
  #readInto(piece: PieceDraft, limit: PieceLimit): boolean {
    if (this.#open) {
      this.#take(this.#open, piece, limit.messages - piece.count)
      return true
    }
    const batch = this.#batches[this.#next]
    if (batch === undefined) return false
    if (this.#context.aborted.has(batch) || batch.isControl) piece.moveTo(positionAfter(batch))
    else this.#open = this.#opened(batch)
    this.#next++
    this.#unreadBytes -= batch.sizeInBytes
    return true
  }

  /** Nothing behind the damage can be trusted. */
  #fail(error: KafkaError): void {
    this.#failure ??= error
    this.#behind ??= this.#endOfBatch()
    this.#open?.holding?.release()
    this.#open = undefined
    this.#next = this.#batches.length
    this.#unreadBytes = 0
  }

  /** Where the next batch begins; without one, where the batch in hand ends by its header, which may be what is damaged. */
  #endOfBatch(): bigint | undefined {
    const at = this.#open ? this.#next - 1 : this.#next
    const batch = this.#batches[at]
    const next = this.#batches[at + 1]
    if (batch === undefined) return undefined
    return next?.magic === 2 ? next.baseOffset : batch.nextOffset
  }

  #isSkipped(error: KafkaError): boolean {
    const { skip } = this.#context
    // A batch over the limit is not damaged.
    const isWhole =
      !(error instanceof CorruptRecordError) ||
      (error.cause instanceof DecompressionError && error.cause.limit !== undefined)
    if (skip === undefined || isWhole || !this.#behind || this.#behind <= this.readTo.offset) return false
    this.#failure = undefined
    skip(error, { offset: this.#behind, leaderEpoch: -1 })
    return true
  }

  #opened(batch: RecordBatch): OpenBatch {
    const { meter, budget, from } = this.#context
    meter.take()
    const source = batch.open(from.offset)
    const decompressed = meter.take()
    const bytes = decompressed > 0 ? decompressed : batch.sizeInBytes
    const holding = decompressed > 0 ? budget.hold(decompressed) : undefined
    return { batch, source, holding, bytes, bytesLeft: bytes }
  }

  #take(open: OpenBatch, piece: PieceDraft, max: number): void {
    const { batch, source } = open
    const messages = source.take(max)
    const isOver = messages.length < max
    const share = Math.ceil((open.bytes * messages.length) / Math.max(1, batch.count ?? messages.length))
    const bytes = isOver ? open.bytesLeft : Math.min(open.bytesLeft, share)
    open.bytesLeft -= bytes
    if (messages.length > 0) piece.add(messages, bytes, open.holding)
    if (isOver) {
      open.holding?.release()
      this.#open = undefined
      piece.moveTo(positionAfter(batch))
    } else piece.moveTo({ offset: messages.at(-1)!.offset + 1n, leaderEpoch: batch.leaderEpoch })
  }
}

function positionAfter(batch: RecordBatch): Position {
  return { offset: batch.nextOffset, leaderEpoch: batch.leaderEpoch }
}

/** A piece that grows batch by batch. */
class PieceDraft {
  position: Position | undefined
  #messages: ReceivedMessage[] = []
  #bytes = 0
  readonly #holdings: Holding[]

  constructor(fetched: Holding) {
    this.#holdings = [fetched.share()]
  }

  get count(): number {
    return this.#messages.length
  }

  isFull(limit: PieceLimit): boolean {
    return this.#messages.length >= limit.messages || this.#bytes >= limit.bytes
  }

  add(messages: ReceivedMessage[], bytes: number, holding: Holding | undefined): void {
    if (this.#messages.length === 0) this.#messages = messages
    else this.#messages.push(...messages)
    this.#bytes += bytes
    if (holding) this.#holdings.push(holding.share())
  }

  moveTo(position: Position): void {
    this.position = position
  }

  finish(position: Position): Piece {
    return { messages: this.#messages, position, bytes: this.#bytes, holdings: this.#holdings }
  }

  drop(): void {
    for (const holding of this.#holdings) holding.release()
  }
}
