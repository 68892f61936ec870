import type { KafkaError, TopicPartition } from '../kernel'
import { AckTracker } from './ack-tracker'
import type { Batch } from './batch'
import type { Fetched, Piece, PieceLimit } from './fetched'
import type { NearestReplica } from './nearest-replica'
import type { PartitionView } from './plan-fetch'
import type { Position } from './position'
import type { Target } from './start-offset'

export interface PartitionLimits {
  /** What to ask for at a time. */
  readonly fetchBytes: number
  /** Batches that the subscriber may have. */
  readonly maxInHand: number
}

interface InHand {
  readonly sequence: number
  readonly piece: Piece
}

/** One partition of a subscription: where it reads, what has arrived, what is in hand, what is done. */
export class PartitionLine implements PartitionView {
  readonly at: TopicPartition
  readonly tracker = new AckTracker()
  /** Batches that the subscriber has and has not acked, oldest first. */
  readonly inHand = new Map<Batch, InHand>()
  leader: number | undefined
  /** What is to be found out while there is no position. */
  target: Target
  position: Position | undefined
  /** Id of the topic that the position is in; undefined while brokers tell none. */
  topicId: string | undefined
  /** Leader epoch under which the position is known to be in the log (KIP-320). */
  validatedEpoch = -1
  /** The position that the present leader may not have. */
  doubtful: Position | undefined
  nearest: NearestReplica | undefined
  /** The target was chosen by `autoOffsetReset`: nothing was stored, or for another topic. */
  isChosen = false
  notBefore = 0
  /** Errors in a row. */
  attempts = 0
  fetchBytes: number
  readonly #maxInHand: number
  readonly #fetched: Fetched[] = []
  #failure: KafkaError | undefined

  constructor(at: TopicPartition, target: Target, { fetchBytes, maxInHand }: PartitionLimits) {
    this.#maxInHand = maxInHand
    this.at = at
    this.target = target
    this.fetchBytes = fetchBytes
    if (typeof target === 'bigint') this.position = { offset: target, leaderEpoch: -1 }
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  get isValidating(): boolean {
    return this.doubtful !== undefined && this.doubtful === this.position
  }

  /** Where delivery goes on; what is buffered lies behind it. */
  get deliveredTo(): Position | undefined {
    return this.#fetched[0]?.readTo ?? this.position
  }

  get bufferedBytes(): number {
    let bytes = 0
    for (const { unreadBytes } of this.#fetched) bytes += unreadBytes
    return bytes
  }

  /** The subscriber has all the batches it may have: only its acks make room. */
  get waitsForAck(): boolean {
    return this.inHand.size >= this.#maxInHand
  }

  /** Whether there is something to deliver, were it an error. */
  get hasNext(): boolean {
    return this.#fetched.length > 0 || this.#failure !== undefined
  }

  /** Whether delivering on takes memory, how much being known only afterwards. */
  get needsMemory(): boolean {
    return this.#fetched[0]?.needsMemory ?? false
  }

  arrived(fetched: Fetched): void {
    this.position = fetched.end
    this.attempts = 0
    this.#fetched.push(fetched)
  }

  /** Ends the partition: the error is met once all before it has been delivered. */
  fail(error: KafkaError): void {
    this.#failure ??= error
  }

  /** The next messages to deliver, or undefined; throws the error that ends the partition. */
  next(limit: PieceLimit): Piece | undefined {
    for (let fetched = this.#fetched[0]; fetched !== undefined; fetched = this.#fetched[0]) {
      const piece = fetched.read(limit)
      if (fetched.isRead) {
        this.#fetched.shift()
        fetched.close()
      }
      if (piece === undefined) continue
      if (piece.messages.length > 0) return piece
      this.tracker.skip(piece.position)
      release(piece)
    }
    if (this.#failure) throw this.#failure
    return undefined
  }

  /** The batch is in the subscriber's hand. */
  hand(batch: Batch, piece: Piece, sequence: number): void {
    this.inHand.set(batch, { piece, sequence })
  }

  /** The batch is done; false when it was not in hand. */
  take(batch: Batch): boolean {
    const held = this.inHand.get(batch)
    if (held === undefined) return false
    this.inHand.delete(batch)
    this.tracker.ack(held.sequence)
    release(held.piece)
    return true
  }

  /** Forgets what was not delivered. */
  dropBuffered(): void {
    for (const fetched of this.#fetched.splice(0)) fetched.close()
  }

  /** Forgets what is in hand: it will not be acked any more. */
  dropInHand(): void {
    for (const { piece } of this.inHand.values()) release(piece)
    this.inHand.clear()
  }
}

function release(piece: Piece): void {
  for (const holding of piece.holdings) holding.release()
}
