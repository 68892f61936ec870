import {
  abortController,
  asKafkaError,
  BrokerError,
  ClosedError,
  type KafkaError,
  type Timer,
  type TopicPartition,
} from '../kernel'
import { runCall, sendOffsetCommit, type ClientCore, type CommitIdentity } from '../client'
import { errorCode } from '../protocol'
import type { AckTracker, Mark } from './ack-tracker'
import { encodeDoneAhead, maxDoneAheadLength } from './done-ahead'
import type { Emit } from './event'

/** A partition whose done part is committed. */
export interface Committed {
  readonly at: TopicPartition
  readonly tracker: AckTracker
  /** What is done besides, as was stored before: it comes later. */
  readonly doneAhead: ReadonlySet<bigint>
}

interface Waiter {
  /** Is told once this delivery is in the committed part. */
  readonly sequence: number
  /** Whether it is stored. */
  readonly resolve: (isStored: boolean) => void
  readonly reject: (error: KafkaError) => void
}

interface CommitterContext {
  readonly client: ClientCore
  readonly groupId: string
  readonly emit: Emit
  /** Named when it is asked too late. */
  readonly owner: string
  /** What is done is stored so often, in ms, without being asked; 0: not. */
  readonly autoCommitIntervalMs: number
  /** And after so many messages. */
  readonly autoCommitCount?: number | undefined
  /** Whether messages that are done beyond the first that is not are told with the offset. */
  readonly keepsDoneAhead: boolean
  /** Whom it comes from; undefined: nobody that may commit, as a member that is in no generation. */
  readonly identity: () => CommitIdentity | undefined
  /** A commit that came from there was refused; whoever waits for it has been told. */
  readonly refused: (error: KafkaError, identity: CommitIdentity) => void
}

interface Due {
  readonly line: Committed
  readonly mark: Mark
  /** What is done beyond it. */
  readonly metadata: string
}

interface Stored {
  readonly sequence: number
  readonly metadata: string
}

const offsetMetadataTooLarge = errorCode('OFFSET_METADATA_TOO_LARGE')

const nothingStored: Stored = { sequence: 0, metadata: '' }

/** Stores what is done without a gap: one request at a time, all partitions together, never backwards. */
export class Committer {
  readonly #context: CommitterContext
  /** By partition, what is stored. */
  readonly #stored = new Map<Committed, Stored>()
  readonly #waiters = new Map<Committed, Waiter[]>()
  /** Aborts when the last commit takes too long. */
  readonly #late = abortController()
  #last = Promise.resolve()
  #isQueued = false
  /** What will store all that is done by then, and has not begun. */
  #storing: Promise<void> | undefined
  /** Of metadata, in characters: less, once brokers have refused so much. */
  #maxMetadata = maxDoneAheadLength
  /** Messages that were acked since the last commit. */
  #acked = 0
  #timer: Timer | undefined

  constructor(context: CommitterContext) {
    this.#context = context
  }

  /** From now on what is done in this partition counts. */
  adopt(line: Committed): void {
    this.#stored.set(line, nothingStored)
    this.#waiters.set(line, [])
  }

  /** It is ours no more: nothing of it is stored from here on, and nobody need wait for that. */
  forget(line: Committed): void {
    this.leap(line)
    this.#stored.delete(line)
    this.#waiters.delete(line)
  }

  /** Reading goes on elsewhere: what was delivered before is not stored any more, and nobody need wait for that. */
  leap(line: Committed): void {
    for (const { resolve } of this.#waiters.get(line)?.splice(0) ?? []) resolve(false)
  }

  /** Resolves when this delivery, and so all before it, is stored, or will never be; waits for those before it to be acked. */
  commit(line: Committed, sequence: number): Promise<boolean> {
    if (sequence <= (this.#stored.get(line) ?? nothingStored).sequence) return Promise.resolve(true)
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(line)
      if (!waiters) return reject(new ClosedError(this.#context.owner))
      waiters.push({ sequence, resolve, reject })
      this.acked(0)
    })
  }

  /** So many messages more are done: somebody may wait for them to be stored, or their time has come. */
  acked(messages: number): void {
    this.#acked += messages
    this.#watch()
    if (this.#isQueued || !this.#isWanted()) return
    this.#isQueued = true
    void this.#inTurn(async () => {
      this.#isQueued = false
      while (this.#isWanted()) await this.#send(this.#due())
    })
  }

  /** What is done has grown though nobody acked: it is stored in time. */
  moved(): void {
    this.#storeLater()
  }

  /** Stores all that is done now; what stands in the way is an event. */
  store(): Promise<void> {
    this.#storing ??= this.#inTurn(() => {
      this.#storing = undefined
      return this.#send(this.#due())
    })
    return this.#storing
  }

  /** Stores all that is done, as far as that can be had within `timeoutMs`; then nobody waits any longer. */
  async finish(timeoutMs: number): Promise<void> {
    const { client, owner } = this.#context
    const timer = client.settings.clock.after(timeoutMs, () => this.#late.abort())
    await this.store()
    this.#timer?.cancel()
    timer.cancel()
    for (const waiters of this.#waiters.values())
      for (const { reject } of waiters.splice(0)) reject(new ClosedError(owner))
  }

  /** After what is under way: one commit at a time. What is asked for in one turn goes together. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work)
    return this.#last
  }

  /** Stores by count and by time. */
  #watch(): void {
    const { autoCommitCount = Infinity } = this.#context
    if (this.#acked >= autoCommitCount) void this.store()
    else if (this.#acked > 0) this.#storeLater()
  }

  #storeLater(): void {
    const { client, autoCommitIntervalMs } = this.#context
    if (autoCommitIntervalMs === 0) return
    this.#timer ??= client.settings.clock.after(autoCommitIntervalMs, () => {
      this.#timer = undefined
      void this.store()
    })
  }

  #isWanted(): boolean {
    return [...this.#waiters].some(([{ tracker }, waiters]) =>
      waiters.some(({ sequence }) => sequence <= (tracker.done?.sequence ?? 0)),
    )
  }

  #due(): readonly Due[] {
    this.#acked = 0
    return [...this.#stored].flatMap(([line, stored]) => {
      const mark = line.tracker.done
      if (mark === undefined) return []
      const metadata = this.#metadataOf(line, mark)
      return mark.sequence > stored.sequence || metadata !== stored.metadata ? [{ line, mark, metadata }] : []
    })
  }

  #metadataOf({ at, tracker, doneAhead }: Committed, { offset }: Mark): string {
    const done = this.#context.keepsDoneAhead ? [...tracker.ahead, ...doneAhead] : []
    const metadata = encodeDoneAhead(offset, done, this.#maxMetadata)
    if (metadata === undefined) this.#context.emit({ type: 'done-ahead-dropped', at, messages: done.length })
    return metadata ?? ''
  }

  async #send(due: readonly Due[]): Promise<void> {
    if (due.length === 0) return
    const { client, groupId, owner } = this.#context
    const identity = this.#context.identity()
    if (identity === undefined) return this.#settleAll(due, new ClosedError(owner))
    const { router, settings } = client
    const payloads = due.map(({ line: { at }, mark: { offset, leaderEpoch }, metadata }) => ({
      ...at,
      offset,
      leaderEpoch,
      metadata,
    }))
    const plan = {
      clock: settings.clock,
      what: `commit of group ${groupId}`,
      timeoutMs: settings.timeoutMs,
      abandoned: this.#late.signal,
    }
    try {
      const answers = await runCall(plan, call =>
        sendOffsetCommit({ router, settings, call }, groupId, payloads, {
          ...identity,
          failOnError: false,
        }),
      )
      const tooLong = new Set(due.filter((one, i) => isTooLong(one, answers[i]!.error)))
      due.forEach((one, i) => {
        if (!tooLong.has(one)) this.#settle(one, answers[i]!.error)
      })
      for (const { error } of answers) if (error) this.#context.refused(error, identity)
      if (tooLong.size === 0) return
      this.#maxMetadata = Math.min(...[...tooLong].map(({ metadata }) => metadata.length - 1))
      await this.#send(this.#due())
    } catch (error) {
      this.#settleAll(due, asKafkaError(error, plan.what))
    }
  }

  #settleAll(due: readonly Due[], error: KafkaError): void {
    for (const one of due) this.#settle(one, error)
  }

  #settle({ line, mark, metadata }: Due, error: KafkaError | null): void {
    const waiters = this.#waiters.get(line)
    // It is ours no more.
    if (!waiters) return
    const over = waiters.filter(({ sequence }) => sequence <= mark.sequence)
    this.#waiters.set(
      line,
      waiters.filter(({ sequence }) => sequence > mark.sequence),
    )
    if (error) {
      this.#context.emit({ type: 'commit-failed', at: line.at, error })
      for (const { reject } of over) reject(error)
      if (error.retriable) this.#storeLater()
      return
    }
    this.#stored.set(line, { sequence: mark.sequence, metadata })
    this.#context.emit({ type: 'committed', at: line.at, offset: mark.offset })
    for (const { resolve } of over) resolve(true)
  }
}

/** The broker would take the offset with less metadata. */
function isTooLong({ metadata }: Due, error: KafkaError | null): boolean {
  return metadata !== '' && error instanceof BrokerError && error.code === offsetMetadataTooLarge
}
