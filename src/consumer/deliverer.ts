import { AckTimeoutError, ArgumentError, asKafkaError, ClosedError, type KafkaError } from '../kernel'
import { retryPause } from '../client'
import { Deferred } from '../deferred'
import { Batch, type AnyBatch, type BatchOwner } from './batch'
import { BlockedLines } from './blocked-lines'
import type { Committer } from './committer'
import { failureOf } from './deserialized-message'
import { deserializersOf } from './deserializer'
import { Deserializing } from './deserializing'
import type { Piece } from './fetched'
import type { PartitionLine } from './partition-line'
import { RestingLines } from './resting-lines'
import { subscriptionOf, type SessionContext } from './session-context'
import { Trampoline } from './trampoline'
import { release, type AnyPiece } from './upcoming'

/** Batches of a partition from the first on that is not acked, where that one holds back commits. */
const mostOpen = 1000

interface DelivererContext extends SessionContext {
  readonly committer: Committer | undefined
  readonly next: (batch: AnyBatch, line: PartitionLine) => void
  readonly failed: (error: KafkaError) => void
  /** A run of deliveries is over, so that there may be room in the buffers. */
  readonly rested: () => void
  /** Something less is in hand. */
  readonly taken: () => void
  /** The subscriber has given the batch back. */
  readonly returned: (batch: AnyBatch) => void
}

/** Gives what has arrived to the subscriber, as far as there is room: partitions take turns. */
export class Deliverer {
  readonly #context: DelivererContext
  readonly #trampoline: Trampoline
  readonly #leaveBudget: () => void
  /** Partitions with something to deliver and, as far as is known, room; whose turn was longest ago comes first. */
  readonly #ready = new Set<PartitionLine>()
  readonly #blocked: BlockedLines
  /** Batches that are out, oldest first. */
  readonly #inHand = new Map<AnyBatch, PartitionLine>()
  /** Those that came back: others stand for them. */
  readonly #stale = new WeakSet<AnyBatch>()
  readonly #resting: RestingLines
  readonly #deserializing: Deserializing | undefined
  #hasAcked = false
  #isStopped = false

  constructor(context: DelivererContext) {
    this.#context = context
    const { clock } = context.client.settings
    this.#blocked = new BlockedLines({
      clock,
      timeoutMs: context.settings.ackTimeoutMs,
      stalled: (line, ms) => this.#stalled(line, ms),
    })
    const by = deserializersOf(context.settings)
    this.#deserializing = by && new Deserializing(by, line => this.#deserialized(line))
    this.#resting = new RestingLines(clock, line => this.offer(line))
    this.#trampoline = new Trampoline({ clock, step: () => this.#step(), rested: context.rested })
    this.#leaveBudget = context.budget.onRoom(() => this.#lookAgain())
  }

  /** Something has arrived for this partition, or there is room again. */
  offer(line: PartitionLine): void {
    if (this.#isStopped || !line.hasNext || line.isPaused || line.isResting || !line.isWanted) return
    this.#ready.add(line)
    this.#trampoline.wake()
  }

  /** Nothing of this partition is delivered for now. */
  withhold(line: PartitionLine): void {
    this.#ready.delete(line)
    this.#blocked.delete(line)
  }

  /** Reading goes on elsewhere, where nothing was given back. */
  leap(line: PartitionLine): void {
    this.withhold(line)
    this.#resting.delete(line)
  }

  /** What is in hand of this partition will not be acked any more. */
  drop(line: PartitionLine): void {
    this.leap(line)
    for (const [batch, owner] of this.#inHand) if (owner === line) this.#inHand.delete(batch)
    this.#lookAgain()
  }

  /** For these partitions there is no room even to fetch; they have nothing to deliver. */
  starve(lines: readonly PartitionLine[]): void {
    if (this.#isStopped) return
    for (const line of this.#blocked)
      if (!line.hasNext && !lines.includes(line) && !this.#isWaitedFor(line)) this.#blocked.delete(line)
    if (this.#inHand.size > 0) for (const line of lines) this.#blocked.add(line)
  }

  /** Delivers no more. What is in hand may still be acked. */
  stop(): void {
    this.#isStopped = true
    this.#leaveBudget()
    this.#trampoline.stop()
    this.#resting.close()
    this.#ready.clear()
    this.#blocked.close()
  }

  #step(): boolean {
    const [line] = this.#ready
    if (line === undefined) return false
    this.#ready.delete(line)
    if (!line.hasNext) return true
    if (this.#hasRoom(line)) {
      this.#blocked.delete(line)
      this.#deliver(line)
    } else this.#blocked.add(line)
    return true
  }

  #hasRoom(line: PartitionLine): boolean {
    const { maxInHand, committer, maxUncommitted = committer ? mostOpen : Infinity } = this.#context
    if (line.waitsForAck || this.#inHand.size >= maxInHand || line.tracker.open >= maxUncommitted)
      return false
    // Messages that wait for their turn must not hold what other partitions could have.
    if (this.#context.maxUncommitted !== undefined && line.inHandBytes * 2 >= line.share) return false
    return !line.needsMemory || this.#context.budget.mayGrow || !this.#isAwaited
  }

  /** Whether there is somebody who will let go of memory. */
  get #isAwaited(): boolean {
    return this.#inHand.size > 0 || (this.#deserializing?.underWay ?? 0) > 0
  }

  #deliver(line: PartitionLine): void {
    const back = line.upcoming.takeBack()
    if (back) return this.#hand(line, back.piece, back.sequence)
    const part = line.upcoming.takePart()
    if (part) return this.#handNew(line, part)
    const piece = this.#read(line)
    // Markers and gaps are done by themselves.
    if (piece === undefined) return this.#context.committer?.moved()
    if (this.#deserializing) this.#deserializing.begin(line, piece)
    else this.#handNew(line, piece)
  }

  #read(line: PartitionLine): Piece | undefined {
    const { settings, failed, maxUncommitted = Infinity } = this.#context
    const messages = Math.min(settings.maxBatchMessages, maxUncommitted - line.tracker.open)
    try {
      return line.next({ messages, bytes: line.fetchBytes })
    } catch (error) {
      failed(asKafkaError(error, 'delivery'))
      return undefined
    }
  }

  #deserialized(line: PartitionLine): void {
    this.offer(line)
    this.#lookAgain()
  }

  #handNew(line: PartitionLine, piece: AnyPiece): void {
    const { failed, takesUndecodable, maxUncommitted = Infinity } = this.#context
    const failure = takesUndecodable ? undefined : failureOf(piece.messages[0])
    if (!failure) return this.#hand(line, piece, line.track(piece, maxUncommitted < Infinity))
    release(piece)
    failed(failure)
  }

  #hand(line: PartitionLine, piece: AnyPiece, sequence: number): void {
    if (line.hasNext) this.#ready.add(line)
    const batch = new Batch(line.at, piece, this.#ownerOf(line, sequence))
    line.hand(batch, piece, sequence)
    this.#inHand.set(batch, line)
    this.#context.next(batch, line)
    if (this.#isWaitedFor(line)) this.#blocked.add(line)
  }

  /** Whether only acks of the subscriber make it go on, even where there is nothing more yet. */
  #isWaitedFor(line: PartitionLine): boolean {
    return this.#context.isAckedByHand && line.waitsForAck && !this.#isStopped
  }

  #ownerOf(line: PartitionLine, sequence: number): BatchOwner {
    return {
      signal: line.life,
      acksOnRead: this.#context.settings.ack === 'auto',
      ack: batch => this.#ack(line, batch),
      nack: (batch, delayMs) => this.#nack(line, batch, delayMs),
      commit: batch => this.#commit(line, batch, sequence),
    }
  }

  #ack(line: PartitionLine, batch: AnyBatch): void {
    const { settings, taken } = this.#context
    if (line.life.aborted || this.#stale.has(batch)) {
      if (settings.ack === 'manual') this.#tellStale(batch)
      return
    }
    if (!line.take(batch)) return
    this.#hasAcked = true
    this.#inHand.delete(batch)
    this.#blocked.delete(line)
    // Those that wait go first: it has just had its turn.
    if (this.#context.maxInHand < Infinity) this.#lookAgain()
    this.offer(line)
    this.#context.committer?.acked(batch.count)
    taken()
  }

  #nack(line: PartitionLine, batch: AnyBatch, delayMs: number | undefined): void {
    if (!line.inHand.has(batch)) return
    // After a seek nobody wants it again.
    if (!line.counts(batch)) {
      this.abandon(batch)
      return this.offer(line)
    }
    const { client, emit, taken, returned } = this.#context
    const pauseMs = delayMs ?? retryPause(client.settings, line.nacks)
    line.nacks++
    const back = this.giveBack(batch)
    this.withhold(line)
    if (!this.#isStopped) this.#resting.add(line, pauseMs)
    emit({
      type: 'nacked',
      at: line.at,
      firstOffset: batch.firstOffset,
      batches: back.length,
      delayMs: pauseMs,
    })
    for (const one of back) returned(one)
    taken()
  }

  /** It is not done, and nobody will say so any more. */
  abandon(batch: AnyBatch): void {
    const line = this.#inHand.get(batch)
    this.#inHand.delete(batch)
    line?.forget(batch)
    this.#lookAgain()
  }

  /** It is not done, and comes again, with those of its partition that were delivered after it. Answers them all. */
  giveBack(batch: AnyBatch): readonly AnyBatch[] {
    const back = this.#inHand.get(batch)?.giveBack(batch) ?? []
    for (const one of back) {
      this.#inHand.delete(one)
      this.#stale.add(one)
    }
    this.#lookAgain()
    return back
  }

  ackMessage(batch: AnyBatch, index: number): void {
    const line = this.#inHand.get(batch)
    if (!line) return this.#context.taken()
    const { committer, taken, maxUncommitted = Infinity } = this.#context
    this.#hasAcked = true
    const isOver = line.ackMessage(batch, index)
    if (isOver) this.#inHand.delete(batch)
    this.#blocked.moved(line)
    committer?.acked(1)
    // Not for each single message: deliveries would be as small.
    if (isOver || line.tracker.open * 2 <= maxUncommitted) this.offer(line)
    taken()
  }

  #tellStale(batch: AnyBatch): void {
    const { topic, partition, nextOffset } = batch
    this.#context.emit({ type: 'stale-ack', at: { topic, partition }, nextOffset })
  }

  #commit(line: PartitionLine, batch: AnyBatch, sequence: number): Deferred<void> {
    return Deferred.from(`commit of ${batch.toString()}`, async () => {
      const { committer } = this.#context
      if (committer === undefined)
        throw new ArgumentError('consumer option groupId', undefined, 'a group id, to commit to')
      if (line.life.aborted && this.#isStopped) throw new ClosedError(subscriptionOf(this.#context))
      this.#ack(line, batch)
      if (line.life.aborted || this.#stale.has(batch)) return
      if (line.tracker.hasForgotten(sequence)) return this.#tellStale(batch)
      if (!(await committer.commit(line, sequence))) this.#tellStale(batch)
    })
  }

  /** There may be room where there was none. */
  #lookAgain(): void {
    for (const line of this.#blocked) if (line.hasNext && this.#hasRoom(line)) this.offer(line)
  }

  /** Nothing moves and nobody acks: an error when nothing was ever acked and more is there, else an event. */
  #stalled(line: PartitionLine, ms: number): void {
    const [oldest] = [...line.inHand.keys(), ...this.#inHand.keys()]
    if (oldest === undefined) return
    const { isAckedByHand, emit, failed } = this.#context
    const isHeldUp = line.hasNext || !line.waitsForAck
    if (isAckedByHand && !this.#hasAcked && isHeldUp) failed(new AckTimeoutError(oldest.toString(), ms))
    else emit({ type: 'ack-stalled', at: line.at, firstOffset: oldest.firstOffset, ms })
  }
}
