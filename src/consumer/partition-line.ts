import { abortController, type KafkaError, type TopicPartition } from '../kernel'
import { AckTracker } from './ack-tracker'
import type { AnyBatch } from './batch'
import type { Fetched, Piece, PieceLimit } from './fetched'
import type { NearestReplica } from './nearest-replica'
import type { PartitionView, SkipReason } from './plan-fetch'
import type { Position } from './position'
import type { Target } from './start-offset'
import { release, Upcoming, type AnyPiece, type Delivered } from './upcoming'

/** Why a partition is as it is, and since when in monotonic ms. */
export interface Gate {
  readonly reason: SkipReason | 'starting' | 'asked'
  readonly since: number
}

interface InHand extends Delivered {
  /** Messages that are not acked, where they are acked one by one. */
  left: number
}

/** One partition of a subscription: where it reads, what has arrived, what is in hand, what is done. */
export class PartitionLine implements PartitionView {
  readonly at: TopicPartition
  readonly tracker = new AckTracker()
  /** Batches that the subscriber has and has not acked, oldest first. */
  readonly inHand = new Map<AnyBatch, InHand>()
  readonly upcoming = new Upcoming()
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
  /** It is younger than the subscription. */
  isAdded = false
  /** The target was chosen by `autoOffsetReset`: nothing was stored, or for another topic. */
  isChosen = false
  notBefore = 0
  /** Errors in a row. */
  attempts = 0
  /** What to ask for at a time. */
  fetchBytes = 0
  /** What it may have in its buffer. */
  bufferBytes = 0
  /** Less would not do: its first batch was cut off. */
  leastFetchBytes = 0
  /** Bytes that it may hold, were all to hold as much. */
  share = Infinity
  /** Neither asked for nor delivered for now. */
  isPaused = false
  /** A batch was given back: nothing is delivered for a moment. */
  isResting = false
  /** Batches that were given back since one was done. */
  nacks = 0
  /** Where the log ended for us when it was last asked; undefined: never. */
  logEnd: bigint | undefined
  /** Monotonic ms since when, and for what reason, it is as it is. */
  gate: Gate = { reason: 'starting', since: 0 }
  /** Offsets from the committed one on that were done before already, and were not delivered yet. */
  doneAhead = new Set<bigint>()
  /** Somebody takes what is delivered of it. */
  isWanted = true
  readonly #maxInHand: number
  readonly #fetched: Fetched[] = []
  readonly #life = abortController()
  /** Nothing more of it is delivered. */
  #isLeaving = false
  #failure: KafkaError | undefined

  /** @param maxInHand batches that the subscriber may have */
  constructor(at: TopicPartition, target: Target, maxInHand: number) {
    this.#maxInHand = maxInHand
    this.at = at
    this.target = target
    if (typeof target === 'bigint') this.position = { offset: target, leaderEpoch: -1 }
  }

  /** Aborts when it is ours no more: what is done then counts for nothing. */
  get life(): AbortSignal {
    return this.#life.signal
  }

  /** The offset that is delivered next; undefined until that has been found out. */
  get reached(): bigint | undefined {
    return this.upcoming.offset ?? this.deliveredTo?.offset
  }

  /** Messages between what was delivered and the end of the log, as far as is known. */
  get lag(): bigint | undefined {
    const { reached, logEnd } = this
    if (reached === undefined || logEnd === undefined) return undefined
    return logEnd > reached ? logEnd - reached : 0n
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  get isValidating(): boolean {
    return this.doubtful !== undefined && this.doubtful === this.position
  }

  /** Where delivery goes on; what is buffered lies behind it. */
  get deliveredTo(): Position | undefined {
    return this.upcoming.undelivered ?? this.#fetched[0]?.readTo ?? this.position
  }

  get bufferedBytes(): number {
    let bytes = 0
    for (const { unreadBytes } of this.#fetched) bytes += unreadBytes
    return bytes
  }

  get inHandBytes(): number {
    let bytes = 0
    for (const { piece } of this.inHand.values()) bytes += piece.bytes
    return bytes
  }

  /** The subscriber has all the batches it may have: only its acks make room. */
  get waitsForAck(): boolean {
    return this.inHand.size >= this.#maxInHand
  }

  /** All that has come of it was delivered, and is done. */
  get isIdle(): boolean {
    return this.inHand.size === 0 && !this.hasNext && !this.upcoming.isPending
  }

  /** Whether there is something to deliver, were it an error. */
  get hasNext(): boolean {
    if (this.#isLeaving) return false
    if (this.upcoming.isReady) return true
    return !this.upcoming.isPending && (this.#fetched.length > 0 || this.#failure !== undefined)
  }

  /** Everything that is known of its log has been read, and nothing of it is held. */
  get isQuiet(): boolean {
    const { logEnd = Infinity, position, isIdle } = this
    return position !== undefined && position.offset >= logEnd && isIdle
  }

  /** Whether delivering on takes memory, how much being known only afterwards. */
  get needsMemory(): boolean {
    return !this.upcoming.isReady && (this.#fetched[0]?.needsMemory ?? false)
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
  hand(batch: AnyBatch, piece: AnyPiece, sequence: number): void {
    this.inHand.set(batch, { piece, sequence, left: piece.messages.length })
  }

  /** The batch is not done: it and those in hand that were delivered after it are the next ones again. Answers them. */
  giveBack(batch: AnyBatch): readonly AnyBatch[] {
    const { sequence: first = Infinity } = this.inHand.get(batch) ?? {}
    const back = [...this.inHand].filter(([, { sequence }]) => sequence >= first)
    for (const [one] of back) this.inHand.delete(one)
    const held = back.map(([, one]) => one)
    const isWanted = ({ sequence }: InHand): boolean => !this.#isLeaving && this.tracker.awaits(sequence)
    this.upcoming.giveBack(held.filter(isWanted))
    for (const one of held) if (!isWanted(one)) release(one.piece)
    return back.map(([one]) => one)
  }

  /** Whether it matters that the batch is done: not if reading went on elsewhere. */
  counts(batch: AnyBatch): boolean {
    const held = this.inHand.get(batch)
    return held !== undefined && this.tracker.awaits(held.sequence)
  }

  /** Takes note of a delivery, as a whole or message by message; answers its sequence, or that of its first message. */
  track({ messages, position }: AnyPiece, isEach: boolean): number {
    if (!isEach) return this.tracker.add(position)
    const { leaderEpoch } = position
    this.tracker.begin({ offset: messages[0]!.offset, leaderEpoch: -1 })
    const last = messages.length - 1
    const [first] = messages.map(({ offset }, index) =>
      this.tracker.add(index === last ? position : { offset: offset + 1n, leaderEpoch }, offset),
    )
    return first!
  }

  /** One message is done. Answers whether that was the last of its batch. */
  ackMessage(batch: AnyBatch, index: number): boolean {
    const held = this.inHand.get(batch)
    if (held === undefined) return false
    this.tracker.ack(held.sequence + index)
    if (--held.left > 0) return false
    this.inHand.delete(batch)
    release(held.piece)
    return true
  }

  /** It is not done and will not be. */
  forget(batch: AnyBatch): void {
    const held = this.inHand.get(batch)
    this.inHand.delete(batch)
    if (held) release(held.piece)
  }

  /** The batch is done; false when it was not in hand. */
  take(batch: AnyBatch): boolean {
    const held = this.inHand.get(batch)
    if (held === undefined) return false
    this.inHand.delete(batch)
    this.nacks = 0
    this.tracker.ack(held.sequence)
    release(held.piece)
    return true
  }

  /** The log was cut there: what was done behind it was done of other messages. */
  cutAt(offset: bigint): void {
    this.tracker.cutAt(offset)
    this.doneAhead = new Set([...this.doneAhead].filter(done => done < offset))
  }

  /** Reading goes on elsewhere: what was delivered before counts for nothing when it is acked. */
  seek(target: Target): void {
    this.leaveLog()
    this.target = target
    this.isChosen = false
    this.position = typeof target === 'bigint' ? { offset: target, leaderEpoch: -1 } : undefined
    this.attempts = 0
    this.notBefore = 0
    this.#failure = undefined
    this.doneAhead = new Set()
  }

  /** Reading goes on elsewhere: what has come is neither delivered nor does it count as done. */
  leaveLog(): void {
    this.#dropUpcoming()
    this.tracker.forget()
  }

  /** Nothing more of it is delivered: what is on its way is not wanted any more. */
  withdraw(): void {
    this.#isLeaving = true
    this.#dropUpcoming()
    this.position = undefined
  }

  /** It is ours no more: nothing of it will be acked. */
  over(): void {
    this.#life.abort()
    this.#dropUpcoming()
    for (const { piece } of this.inHand.values()) release(piece)
    this.inHand.clear()
  }

  /** Forgets what is to be delivered. */
  dropBuffered(): void {
    this.upcoming.dropUndelivered()
    for (const fetched of this.#fetched.splice(0)) fetched.close()
  }

  #dropUpcoming(): void {
    this.upcoming.drop()
    this.dropBuffered()
  }
}
