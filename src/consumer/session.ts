import { abortController, asKafkaError, type KafkaError, type TopicPartition } from '../kernel'
import type { Batch } from './batch'
import { Committer } from './committer'
import { Deliverer } from './deliverer'
import { Fetcher } from './fetcher'
import { PartitionLine, type PartitionLimits } from './partition-line'
import { partitionsOf } from './partitions-of'
import { nameOf, type SessionContext } from './session-context'
import type { Target } from './start-offset'

/** Whom a session delivers to. */
export interface Receiver {
  next(batch: Batch): void
  /** The session has failed; nothing follows. */
  error(error: KafkaError): void
}

/** How long the last commit of a subscription that was left may take, in ms. */
const lastCommitMs = 5000
/** No partition is asked for less at a time, in bytes, however many there are. */
const leastFetchBytes = 64 * 1024
/** In how many portions the budget is thought, for each partition: in hand, buffered, on their way, spare. */
const portions = 4

/**
 * The kernel of one subscription: owns positions, buffers, credits and commits of its partitions, and delivers. What
 * the subscriber sees is a view of it.
 */
export class Session {
  readonly #context: SessionContext
  readonly #target: Target
  readonly #receiver: Receiver
  readonly #fetching = abortController()
  readonly #live = abortController()
  readonly #lines: PartitionLine[] = []
  readonly #fetcher: Fetcher
  readonly #deliverer: Deliverer
  readonly #committer: Committer | undefined
  #emptyHanded: (() => void) | undefined
  #ended: Promise<void> | undefined

  constructor(shared: Omit<SessionContext, 'fetching'>, target: Target, receiver: Receiver) {
    const context = { ...shared, fetching: this.#fetching.signal }
    const { client, settings, emit } = context
    this.#context = context
    this.#target = target
    this.#receiver = receiver
    const { groupId } = settings
    this.#committer =
      groupId === undefined ? undefined : new Committer({ client, emit, groupId, owner: nameOf(shared) })
    this.#fetcher = new Fetcher({
      ...context,
      arrived: line => this.#deliverer.offer(line),
      starved: lines => this.#deliverer.starve(lines),
      chosen: line => this.#keepChoice(line),
    })
    this.#deliverer = new Deliverer({
      ...context,
      live: this.#live.signal,
      committer: this.#committer,
      next: batch => this.#receiver.next(batch),
      failed: error => this.#fail(error),
      rested: () => this.#fetcher.pump(),
      emptyHanded: () => this.#emptyHanded?.(),
    })
  }

  /** Begins to read, once the session before has ended. */
  async begin(before: Promise<void>): Promise<void> {
    await before
    try {
      const partitions = await partitionsOf(this.#context)
      if (this.#fetching.signal.aborted) return
      const { budget, settings, topic, emit } = this.#context
      const fair = Math.max(leastFetchBytes, Math.floor(budget.limit / (portions * partitions.length)))
      const fetchBytes = Math.min(settings.maxPartitionFetchBytes, fair)
      for (const partition of partitions)
        this.#adopt({ topic, partition }, { fetchBytes, maxInHand: settings.maxInFlightBatches })
      emit({ type: 'started', partitions: this.#lines.map(({ at }) => at) })
      this.#fetcher.pump()
    } catch (error) {
      this.#fail(asKafkaError(error, 'start'))
    }
  }

  /** Ends at once: what is acked is committed, what is in hand is not waited for. */
  end(commitMs = lastCommitMs): Promise<void> {
    this.#ended ??= this.#end(commitMs)
    return this.#ended
  }

  /** Delivers no more, waits until what is in hand is acked, commits, and ends. */
  async finish(timeoutMs: number): Promise<void> {
    const { clock } = this.#context.client.settings
    const deadline = clock.monotonic() + timeoutMs
    this.#stopReading()
    // What is only read has no commit to wait for, and may well be held back by an operator until completion.
    if (this.#context.settings.ack === 'manual') await this.#handsEmpty(timeoutMs)
    await this.end(Math.max(1, deadline - clock.monotonic()))
  }

  async #end(commitMs: number): Promise<void> {
    this.#stopReading()
    this.#live.abort()
    this.#emptyHanded?.()
    for (const line of this.#lines) line.dropInHand()
    await this.#committer?.finish(commitMs)
  }

  #stopReading(): void {
    if (this.#fetching.signal.aborted) return
    this.#fetching.abort()
    this.#fetcher.close()
    this.#deliverer.stop()
    for (const line of this.#lines) line.dropBuffered()
  }

  #fail(error: KafkaError): void {
    if (this.#live.signal.aborted) return
    void this.end()
    this.#receiver.error(error)
  }

  #adopt(at: TopicPartition, limits: PartitionLimits): void {
    const line = new PartitionLine(at, this.#target, limits)
    this.#lines.push(line)
    this.#committer?.adopt(line)
    this.#fetcher.adopt(line)
  }

  /** The end of the log, once chosen, is where the group is: else a restart would choose anew and skip messages. */
  #keepChoice(line: PartitionLine): void {
    line.tracker.skip(line.position!)
    void this.#committer?.store()
  }

  #handsEmpty(timeoutMs: number): Promise<void> {
    if (this.#deliverer.inHand === 0) return Promise.resolve()
    return new Promise(resolve => {
      const timer = this.#context.client.settings.clock.after(timeoutMs, () => {
        this.#context.emit({ type: 'close-timed-out', batches: this.#deliverer.inHand })
        resolve()
      })
      this.#emptyHanded = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}
