import { abortController, type KafkaError, type TopicPartition } from '../kernel'
import type { AnyBatch } from './batch'
import { Committer } from './committer'
import { Deliverer } from './deliverer'
import { Drains, inHandOf } from './drains'
import { Fetcher } from './fetcher'
import { Lines } from './lines'
import { PartitionLine } from './partition-line'
import { Watchdog } from './watchdog'
import { subscriptionOf, type SessionContext } from './session-context'
import type { Target } from './start-offset'

/** Whom a session delivers to. */
export interface Receiver {
  next(batch: AnyBatch, line: PartitionLine): void
  /** The session has failed; nothing follows. */
  error(error: KafkaError): void
  /** The partition is ours. */
  adopted?(line: PartitionLine): void
  /** The partition is ours no more. */
  released?(line: PartitionLine): void
  /** The partition is paused no more. */
  resumed?(line: PartitionLine): void
  /** The subscriber has given the batch back: another one will stand for it. */
  returned?(batch: AnyBatch): void
  /**
   * What of these was delivered and not begun is not wanted any more. Answers how much of them is under way; undefined: the
   * batches that are not acked.
   */
  withdrawn?(lines: readonly PartitionLine[]): (() => number) | undefined
}

/** How long the last commit of a subscription that was left may take, in ms. */
const lastCommitMs = 5000

/**
 * The kernel of one subscription: owns positions, buffers, credits and commits of its partitions, and delivers. Which
 * partitions these are it is told; what the subscriber sees is a view of it.
 */
export class Session {
  readonly lines = new Lines()
  readonly #context: SessionContext
  readonly #receiver: Receiver
  readonly #fetching = abortController()
  readonly #fetcher: Fetcher
  readonly #deliverer: Deliverer
  readonly #committer: Committer | undefined
  readonly #drains: Drains
  readonly #watchdog: Watchdog
  #hasFailed = false
  #ended: Promise<void> | undefined

  constructor(shared: Omit<SessionContext, 'fetching'>, receiver: Receiver) {
    const context = { ...shared, fetching: this.#fetching.signal }
    const { client, settings, emit } = context
    this.#context = context
    this.#receiver = receiver
    this.#drains = new Drains(client.settings.clock)
    this.#watchdog = new Watchdog(client.settings.clock, this.lines, emit)
    const owner = subscriptionOf(shared)
    this.#committer =
      settings.groupId === undefined
        ? undefined
        : new Committer({
            client,
            emit,
            owner,
            ...settings,
            groupId: settings.groupId,
            identity: shared.identity,
            refused: shared.refused,
            keepsDoneAhead: shared.maxUncommitted !== undefined,
          })
    this.#fetcher = new Fetcher({
      ...context,
      arrived: line => this.#deliverer.offer(line),
      starved: lines => this.#deliverer.starve(lines),
      chosen: line => this.#keepChoice(line),
      leapt: line => this.#committer?.leap(line),
    })
    this.#deliverer = new Deliverer({
      ...context,
      committer: this.#committer,
      next: (batch, line) => this.#receiver.next(batch, line),
      failed: error => this.fail(error),
      rested: () => this.#fetcher.pump(),
      taken: () => this.#drains.look(),
      returned: batch => this.#receiver.returned?.(batch),
    })
  }

  /** Aborts when nothing more is to be read. */
  get reading(): AbortSignal {
    return this.#fetching.signal
  }

  /**
   * Reads these from there on.
   *
   * @param isAdded whether a partition is younger than the subscription
   * @param before is called when they are ours, and ends before anything of them is asked for
   */
  adopt(
    partitions: readonly TopicPartition[],
    target: Target,
    isAdded: (at: TopicPartition) => boolean = () => false,
    before?: () => Promise<void> | undefined,
  ): void {
    if (this.reading.aborted) return
    const lines: PartitionLine[] = []
    for (const at of partitions) {
      const line = new PartitionLine(at, target, this.#context.settings.maxInFlightBatches)
      line.isAdded = isAdded(at)
      this.lines.add(line)
      this.#committer?.adopt(line)
      this.#receiver.adopted?.(line)
      // Whoever hears of it may leave.
      if (this.reading.aborted) return
      lines.push(line)
    }
    const pending = before?.()
    if (pending) void pending.then(() => this.#begin(lines))
    else this.#begin(lines)
  }

  /** Nothing of these is asked for or delivered until they are resumed; what has arrived stays. */
  pause(lines: readonly PartitionLine[]): void {
    for (const line of lines) {
      line.isPaused = true
      this.#deliverer.withhold(line)
    }
  }

  resume(lines: readonly PartitionLine[]): void {
    for (const line of lines) {
      line.isPaused = false
      this.#receiver.resumed?.(line)
      this.#deliverer.offer(line)
    }
    this.#fetcher.pump()
  }

  /** Whether somebody takes what is delivered of it. */
  want(line: PartitionLine, isWanted: boolean): void {
    line.isWanted = isWanted
    if (isWanted) this.#deliverer.offer(line)
    else this.#deliverer.withhold(line)
    this.#fetcher.pump()
  }

  /** Goes on elsewhere. Batches in hand may be acked, which makes room and counts for no commit any more. */
  seek(line: PartitionLine, target: Target): void {
    this.#deliverer.leap(line)
    line.seek(target)
    this.#receiver.withdrawn?.([line])
    // Where messages are acked one by one, nobody will ack the rest of their batches.
    if (this.#context.maxUncommitted !== undefined)
      for (const batch of [...line.inHand.keys()]) this.abandon(batch)
    this.#committer?.leap(line)
    this.#fetcher.pump()
  }

  /**
   * Delivers no more of these, waits until what is in hand of them is acked, commits, and lets go of them.
   *
   * @param letGo ends before the commit; begins when what is in hand is acked, or at once where only it may do that
   */
  async release(
    lines: readonly PartitionLine[],
    timeoutMs: number,
    letGo?: () => Promise<void> | undefined,
  ): Promise<void> {
    for (const line of lines) this.#withdraw(line)
    const drained = this.#drains.wait(this.#underWay(lines), timeoutMs)
    if (!this.#context.isAckedByHand) await drained
    const pending = letGo?.()
    if (pending) await pending
    const left = await drained
    if (left > 0) this.#context.emit({ type: 'release-timed-out', batches: left })
    await this.#committer?.store()
    this.lose(lines)
  }

  /** These are ours no more: nothing of them counts. */
  lose(lines: readonly PartitionLine[]): void {
    for (const line of lines) {
      if (this.lines.get(line.at) !== line) continue
      this.#withdraw(line)
      line.over()
      this.#deliverer.drop(line)
      this.#committer?.forget(line)
      this.lines.delete(line)
      this.#receiver.released?.(line)
    }
    this.#drains.look()
  }

  /** A batch is in nobody's hand any more, and not done. */
  abandon(batch: AnyBatch): void {
    this.#deliverer.abandon(batch)
    this.#drains.look()
  }

  /** Something less is under way, and not done. */
  look(): void {
    this.#drains.look()
  }

  /** A batch is in nobody's hand any more, and comes again, with what was delivered of its partition after it. */
  giveBack(batch: AnyBatch): void {
    this.#deliverer.giveBack(batch)
    this.#drains.look()
  }

  /** One message of a batch is done; only where messages are acked one by one. */
  ackMessage(batch: AnyBatch, index: number): void {
    this.#deliverer.ackMessage(batch, index)
  }

  /** Ends at once: what is acked is committed, what is in hand is not waited for. */
  end(commitMs = lastCommitMs): Promise<void> {
    this.#ended ??= this.#end(commitMs)
    return this.#ended
  }

  /**
   * Delivers no more, waits until what is in hand is acked, commits, and ends.
   *
   * @param error why it ends
   */
  async finish(timeoutMs: number, error?: KafkaError): Promise<void> {
    const { client, settings, emit } = this.#context
    const { clock } = client.settings
    const deadline = clock.monotonic() + timeoutMs
    this.#stopReading()
    // What is only read has no commit to wait for, and may well be held back by an operator until completion.
    if (settings.ack === 'manual') {
      // What is done by then is committed in time, whatever hangs.
      const early = clock.after(timeoutMs - Math.min(lastCommitMs, timeoutMs / 2), () => {
        void this.#committer?.store()
      })
      const left = await this.#drains.wait(this.#underWay([...this.lines]), timeoutMs)
      early.cancel()
      if (left > 0) emit({ type: 'close-timed-out', batches: left })
    }
    await this.end(Math.max(1, deadline - clock.monotonic()))
    if (error) this.#receiver.error(error)
  }

  /** Ends, and says why. */
  fail(error: KafkaError): void {
    if (this.#hasFailed || this.#ended) return
    this.#hasFailed = true
    void this.end()
    this.#receiver.error(error)
  }

  async #end(commitMs: number): Promise<void> {
    this.#stopReading()
    for (const line of this.lines) line.over()
    this.#drains.look()
    await this.#committer?.finish(commitMs)
  }

  #stopReading(): void {
    if (this.reading.aborted) return
    this.#fetching.abort()
    this.#watchdog.stop()
    this.#fetcher.close()
    this.#deliverer.stop()
    for (const line of this.lines) line.dropBuffered()
    this.#context.budget.leave()
  }

  /** Those of these that are still ours. */
  #begin(lines: readonly PartitionLine[]): void {
    const ours = lines.filter(line => this.lines.get(line.at) === line)
    if (this.reading.aborted) return
    for (const line of ours) this.#fetcher.adopt(line)
    this.#context.emit({ type: 'started', partitions: ours.map(({ at }) => at) })
    this.#fetcher.pump()
  }

  /** Neither asked for nor delivered any more. */
  #withdraw(line: PartitionLine): void {
    this.#fetcher.drop(line)
    this.#deliverer.withhold(line)
    line.withdraw()
  }

  #underWay(lines: readonly PartitionLine[]): () => number {
    return this.#receiver.withdrawn?.(lines) ?? (() => inHandOf(lines))
  }

  /** The end of the log, once chosen, is where the group is: else a restart would choose anew and skip messages. */
  #keepChoice(line: PartitionLine): void {
    // What is delivered yet comes first, and stores the choice with it.
    if (line.hasNext) return
    line.tracker.skip(line.position!)
    void this.#committer?.store()
  }
}
