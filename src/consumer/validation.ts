import { LogTruncationError, UnsupportedError } from '../kernel'
import { epochEnds, type EpochEnd } from './epoch-ends'
import type { PartitionLine } from './partition-line'
import type { Position } from './position'
import type { SessionContext } from './session-context'
import type { Troubles } from './troubles'

interface ValidationContext extends SessionContext {
  readonly troubles: Troubles
  /** Positions are good again, or not. */
  readonly looked: () => void
}

interface Asked {
  readonly line: PartitionLine
  readonly position: Position
  /** The leader's epoch when it was asked. */
  readonly epoch: number
}

/**
 * When a partition has a leader of a higher epoch, its log may lack what the one before had (KIP-320): a position is
 * not read from again before the new leader has said where its log ends to be the one that was read.
 */
export class Validation {
  readonly #context: ValidationContext
  readonly #underWay = new Set<PartitionLine>()

  constructor(context: ValidationContext) {
    this.#context = context
  }

  /** Looks for leaders that are new, and asks them. */
  check(lines: Iterable<PartitionLine>, now: number): void {
    const due: PartitionLine[] = []
    for (const line of lines) {
      if (line.hasFailed) continue
      this.#notice(line)
      if (line.isValidating && !this.#underWay.has(line) && now >= line.notBefore) due.push(line)
    }
    if (due.length > 0) void this.#ask(due)
  }

  #notice(line: PartitionLine): void {
    const { position } = line
    const epoch = this.#epochOf(line)
    if (position === undefined || line.isValidating || epoch <= line.validatedEpoch) return
    // A new object: answers of the leader before, which are still on their way, count for nothing.
    line.position = { ...position }
    if (position.leaderEpoch >= 0) line.doubtful = line.position
    else line.validatedEpoch = epoch
  }

  async #ask(lines: readonly PartitionLine[]): Promise<void> {
    const asked = lines.map(line => ({ line, position: line.position!, epoch: this.#epochOf(line) }))
    for (const line of lines) this.#underWay.add(line)
    const ends = await epochEnds(
      this.#context,
      asked.map(({ line: { at }, position: { leaderEpoch } }) => ({ ...at, leaderEpoch })),
    )
    for (const line of lines) this.#underWay.delete(line)
    if (this.#context.fetching.aborted) return
    asked.forEach((one, i) => this.#settle(one, ends[i]!))
    this.#context.looked()
  }

  #settle({ line, position, epoch }: Asked, end: EpochEnd): void {
    // The position was moved or lost meanwhile.
    if (line.position !== position) return
    const { troubles } = this.#context
    if ('error' in end && !(end.error instanceof UnsupportedError)) return troubles.meet(line, end.error)
    line.doubtful = undefined
    line.validatedEpoch = epoch
    line.attempts = 0
    if ('error' in end) return
    if (end.response.offset < 0n || end.response.leaderEpoch < 0) this.#lost(line, position)
    else if (end.response.offset < position.offset) this.#truncated(line, end.response)
  }

  /** The log does not know the epoch of what was read. */
  #lost(line: PartitionLine, read: Position): void {
    const { at } = line
    const error = new LogTruncationError(at, read, undefined)
    this.#context.troubles.reset(line, error, to => ({ type: 'offset-reset', at, to, from: read.offset }))
  }

  /** What was fetched and not delivered is forgotten: part of it is not in the log any more. */
  #truncated(line: PartitionLine, end: Position): void {
    const { settings, troubles, emit } = this.#context
    const { at, deliveredTo } = line
    line.dropBuffered()
    line.cutAt(end.offset)
    line.position = deliveredTo!.offset <= end.offset ? deliveredTo : end
    if (line.position === deliveredTo) return
    if (settings.autoOffsetReset === 'none')
      return troubles.end(line, new LogTruncationError(at, deliveredTo!, end.offset))
    emit({ type: 'truncated', at, from: deliveredTo!.offset, to: end.offset })
  }

  #epochOf({ at: { topic, partition } }: PartitionLine): number {
    return this.#context.client.cluster.partition(topic, partition)?.leaderEpoch ?? -1
  }
}
