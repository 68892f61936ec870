import {
  AckTimeoutError,
  ArgumentError,
  asKafkaError,
  ClosedError,
  type KafkaError,
  type Timer,
} from '../kernel'
import { Deferred } from '../deferred'
import { Batch, type BatchOwner } from './batch'
import type { Committer } from './committer'
import type { Piece } from './fetched'
import type { PartitionLine } from './partition-line'
import type { SessionContext } from './session-context'
import { Trampoline } from './trampoline'

interface DelivererContext extends SessionContext {
  /** Aborts when the subscription is over. */
  readonly live: AbortSignal
  readonly committer: Committer | undefined
  readonly next: (batch: Batch) => void
  readonly failed: (error: KafkaError) => void
  /** A run of deliveries is over, so that there may be room in the buffers. */
  readonly rested: () => void
  /** Nothing is in hand any more. */
  readonly emptyHanded: () => void
}

/** Gives what has arrived to the subscriber, as far as there is room: partitions take turns. */
export class Deliverer {
  readonly #context: DelivererContext
  readonly #trampoline: Trampoline
  readonly #leaveBudget: () => void
  /** Partitions with something to deliver and, as far as is known, room; whose turn was longest ago comes first. */
  readonly #ready = new Set<PartitionLine>()
  /** Partitions with something to deliver and no room. */
  readonly #blocked = new Set<PartitionLine>()
  /** Batches that are out, oldest first. */
  readonly #inHand = new Set<Batch>()
  #hasAcked = false
  #isStopped = false
  #watch: Timer | undefined

  constructor(context: DelivererContext) {
    this.#context = context
    const { clock } = context.client.settings
    this.#trampoline = new Trampoline({ clock, step: () => this.#step(), rested: context.rested })
    this.#leaveBudget = context.budget.onRoom(() => this.#lookAgain())
  }

  /** How many batches are not acked. */
  get inHand(): number {
    return this.#inHand.size
  }

  /** Something has arrived for this partition, or there is room again. */
  offer(line: PartitionLine): void {
    if (this.#isStopped) return
    this.#blocked.delete(line)
    if (!line.hasNext) {
      line.blockedSince = undefined
      return
    }
    this.#ready.add(line)
    this.#trampoline.wake()
  }

  /** There is no room even to fetch for this partition. */
  starve(line: PartitionLine): void {
    if (!this.#isStopped && this.#inHand.size > 0) this.#block(line)
  }

  /** Delivers no more. What is in hand may still be acked. */
  stop(): void {
    this.#isStopped = true
    this.#leaveBudget()
    this.#watch?.cancel()
    this.#trampoline.stop()
    this.#ready.clear()
    this.#blocked.clear()
  }

  #step(): boolean {
    const [line] = this.#ready
    if (line === undefined) return false
    this.#ready.delete(line)
    if (!line.hasNext) return true
    if (!this.#hasRoom(line)) this.#block(line)
    else this.#deliver(line)
    return true
  }

  #hasRoom(line: PartitionLine): boolean {
    const { settings, budget } = this.#context
    if (line.inHand.size >= settings.maxInFlightBatches) return false
    if (line.needsMemory && budget.free <= 0 && this.#inHand.size > 0) return false
    return true
  }

  #deliver(line: PartitionLine): void {
    const { settings, next, failed } = this.#context
    const limit = { messages: settings.maxBatchMessages, bytes: settings.maxPartitionFetchBytes }
    let piece: Piece | undefined
    try {
      piece = line.next(limit)
    } catch (error) {
      return failed(asKafkaError(error, 'delivery'))
    }
    if (piece === undefined) return
    if (line.hasNext) this.#ready.add(line)
    const sequence = line.tracker.add(piece.position)
    const batch = new Batch(line.at, piece, this.#ownerOf(line, sequence))
    line.hand(batch, piece, sequence)
    line.blockedSince = undefined
    this.#inHand.add(batch)
    next(batch)
  }

  #ownerOf(line: PartitionLine, sequence: number): BatchOwner {
    return {
      signal: this.#context.live,
      acksOnRead: this.#context.settings.ack === 'auto',
      ack: batch => this.#ack(line, batch),
      commit: batch => this.#commit(line, batch, sequence),
    }
  }

  #ack(line: PartitionLine, batch: Batch): void {
    const { live, settings, emit, emptyHanded } = this.#context
    if (live.aborted) {
      if (settings.ack === 'manual') emit({ type: 'stale-ack', at: line.at, nextOffset: batch.nextOffset })
      return
    }
    if (!line.take(batch)) return
    this.#hasAcked = true
    this.#inHand.delete(batch)
    this.offer(line)
    this.#context.committer?.acked()
    if (this.#inHand.size === 0) emptyHanded()
  }

  #commit(line: PartitionLine, batch: Batch, sequence: number): Deferred<void> {
    return Deferred.from(`commit of ${batch.toString()}`, async () => {
      const { committer, live, topic } = this.#context
      if (committer === undefined)
        throw new ArgumentError('consumer option groupId', undefined, 'a group id, to commit to')
      if (live.aborted) throw new ClosedError(`the subscription of Consumer(${topic})`)
      this.#ack(line, batch)
      await committer.commit(line, sequence)
    })
  }

  #block(line: PartitionLine): void {
    line.blockedSince ??= this.#context.client.settings.clock.monotonic()
    this.#blocked.add(line)
    this.#keepWatch(this.#context.settings.ackTimeoutMs)
  }

  /** Bytes have become free. */
  #lookAgain(): void {
    for (const line of this.#blocked) if (this.#hasRoom(line)) this.offer(line)
  }

  #keepWatch(ms: number): void {
    const { clock } = this.#context.client.settings
    this.#watch ??= clock.after(ms, () => {
      this.#watch = undefined
      this.#lookForStalls(clock.monotonic())
    })
  }

  /** Partitions that have been without room for too long: an error when nothing was ever acked, else an event. */
  #lookForStalls(now: number): void {
    const { ack, ackTimeoutMs } = this.#context.settings
    for (const line of this.#blocked) {
      const ms = now - line.blockedSince!
      const [oldest] = [...line.inHand.keys(), ...this.#inHand]
      if (ms < ackTimeoutMs || oldest === undefined) continue
      if (ack === 'manual' && !this.#hasAcked)
        return this.#context.failed(new AckTimeoutError(oldest.toString(), ms))
      this.#context.emit({ type: 'ack-stalled', at: line.at, firstOffset: oldest.firstOffset, ms })
      line.blockedSince = now
    }
    const since = [...this.#blocked].map(line => line.blockedSince!)
    if (since.length > 0) this.#keepWatch(Math.max(1, Math.min(...since) + ackTimeoutMs - now))
  }
}
