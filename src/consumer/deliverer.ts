import { AckTimeoutError, ArgumentError, asKafkaError, ClosedError, type KafkaError } from '../kernel'
import { Deferred } from '../deferred'
import { Batch, type BatchOwner } from './batch'
import { BlockedLines } from './blocked-lines'
import type { Committer } from './committer'
import type { Piece } from './fetched'
import type { PartitionLine } from './partition-line'
import { subscriptionOf, type SessionContext } from './session-context'
import { Trampoline } from './trampoline'

/** Batches of a partition from the first on that is not acked, where that one holds back commits. */
const mostOpen = 1000

interface DelivererContext extends SessionContext {
  readonly committer: Committer | undefined
  readonly next: (batch: Batch, line: PartitionLine) => void
  readonly failed: (error: KafkaError) => void
  /** A run of deliveries is over, so that there may be room in the buffers. */
  readonly rested: () => void
  /** Something less is in hand. */
  readonly taken: () => void
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
  readonly #inHand = new Map<Batch, PartitionLine>()
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
    this.#trampoline = new Trampoline({ clock, step: () => this.#step(), rested: context.rested })
    this.#leaveBudget = context.budget.onRoom(() => this.#lookAgain())
  }

  /** Something has arrived for this partition, or there is room again. */
  offer(line: PartitionLine): void {
    if (this.#isStopped) return
    this.#blocked.delete(line)
    if (!line.hasNext || line.isPaused || !line.isWanted) return
    this.#ready.add(line)
    this.#trampoline.wake()
  }

  /** Nothing of this partition is delivered for now. */
  withhold(line: PartitionLine): void {
    this.#ready.delete(line)
    this.#blocked.delete(line)
  }

  /** What is in hand of this partition will not be acked any more. */
  drop(line: PartitionLine): void {
    this.withhold(line)
    for (const [batch, owner] of this.#inHand) if (owner === line) this.#inHand.delete(batch)
    this.#lookAgain()
  }

  /** For these partitions there is no room even to fetch; they have nothing to deliver. */
  starve(lines: readonly PartitionLine[]): void {
    if (this.#isStopped) return
    for (const line of this.#blocked) if (!line.hasNext && !lines.includes(line)) this.#blocked.delete(line)
    if (this.#inHand.size > 0) for (const line of lines) this.#blocked.add(line)
  }

  /** Delivers no more. What is in hand may still be acked. */
  stop(): void {
    this.#isStopped = true
    this.#leaveBudget()
    this.#trampoline.stop()
    this.#ready.clear()
    this.#blocked.close()
  }

  #step(): boolean {
    const [line] = this.#ready
    if (line === undefined) return false
    this.#ready.delete(line)
    if (!line.hasNext) return true
    if (!this.#hasRoom(line)) this.#blocked.add(line)
    else this.#deliver(line)
    return true
  }

  #hasRoom(line: PartitionLine): boolean {
    const { maxInHand, committer, maxUncommitted = committer ? mostOpen : Infinity } = this.#context
    if (line.waitsForAck || this.#inHand.size >= maxInHand || line.tracker.open >= maxUncommitted)
      return false
    // Messages that wait for their turn must not hold what other partitions could have.
    if (this.#context.maxUncommitted !== undefined && line.inHandBytes * 2 >= line.share) return false
    return !line.needsMemory || this.#context.budget.free > 0 || this.#inHand.size === 0
  }

  #deliver(line: PartitionLine): void {
    const { settings, next, failed } = this.#context
    const { maxUncommitted = Infinity } = this.#context
    const messages = Math.min(settings.maxBatchMessages, maxUncommitted - line.tracker.open)
    const limit = { messages, bytes: line.fetchBytes }
    let piece: Piece | undefined
    const back = line.takeBack()
    try {
      piece = back?.piece ?? line.next(limit)
    } catch (error) {
      return failed(asKafkaError(error, 'delivery'))
    }
    // Markers and gaps are done by themselves.
    if (piece === undefined) return this.#context.committer?.moved()
    if (line.hasNext) this.#ready.add(line)
    const sequence = back?.sequence ?? line.track(piece, maxUncommitted < Infinity)
    const batch = new Batch(line.at, piece, this.#ownerOf(line, sequence))
    line.hand(batch, piece, sequence)
    this.#inHand.set(batch, line)
    next(batch, line)
  }

  #ownerOf(line: PartitionLine, sequence: number): BatchOwner {
    return {
      signal: line.life,
      acksOnRead: this.#context.settings.ack === 'auto',
      ack: batch => this.#ack(line, batch),
      commit: batch => this.#commit(line, batch, sequence),
    }
  }

  #ack(line: PartitionLine, batch: Batch): void {
    const { settings, emit, taken } = this.#context
    if (line.life.aborted) {
      if (settings.ack === 'manual') emit({ type: 'stale-ack', at: line.at, nextOffset: batch.nextOffset })
      return
    }
    if (!line.take(batch)) return
    this.#hasAcked = true
    this.#inHand.delete(batch)
    this.offer(line)
    if (this.#context.maxInHand < Infinity) this.#lookAgain()
    this.#context.committer?.acked(batch.count)
    taken()
  }

  /** It is not done, and nobody will say so any more. */
  abandon(batch: Batch): void {
    const line = this.#inHand.get(batch)
    this.#inHand.delete(batch)
    line?.forget(batch)
    this.#lookAgain()
  }

  /** It is not done, and comes again. */
  giveBack(batch: Batch): void {
    const line = this.#inHand.get(batch)
    this.#inHand.delete(batch)
    line?.giveBack(batch)
    this.#lookAgain()
  }

  ackMessage(batch: Batch, index: number): void {
    const line = this.#inHand.get(batch)
    if (!line) return
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

  #commit(line: PartitionLine, batch: Batch, sequence: number): Deferred<void> {
    return Deferred.from(`commit of ${batch.toString()}`, async () => {
      const { committer } = this.#context
      if (committer === undefined)
        throw new ArgumentError('consumer option groupId', undefined, 'a group id, to commit to')
      if (line.life.aborted) throw new ClosedError(subscriptionOf(this.#context))
      this.#ack(line, batch)
      await committer.commit(line, sequence)
    })
  }

  /** There may be room where there was none. */
  #lookAgain(): void {
    for (const line of this.#blocked) if (line.hasNext && this.#hasRoom(line)) this.offer(line)
  }

  /** Nothing moves and nobody acks: an error when nothing was ever acked, else an event. */
  #stalled(line: PartitionLine, ms: number): void {
    const [oldest] = [...line.inHand.keys(), ...this.#inHand.keys()]
    if (oldest === undefined) return
    const { isAckedByHand, emit, failed } = this.#context
    if (isAckedByHand && !this.#hasAcked) failed(new AckTimeoutError(oldest.toString(), ms))
    else emit({ type: 'ack-stalled', at: line.at, firstOffset: oldest.firstOffset, ms })
  }
}
