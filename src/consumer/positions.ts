import { decodeDoneAhead } from './done-ahead'
import { locate, type Located } from './locate'
import type { PartitionLine } from './partition-line'
import type { SessionContext } from './session-context'
import type { Troubles } from './troubles'

interface PositionsContext extends SessionContext {
  readonly troubles: Troubles
  /** The group had stored nothing for this partition: the position chosen for it counts from now on. */
  readonly chosen: (line: PartitionLine) => void
  /** Positions were found, or not. */
  readonly looked: () => void
}

/** Finds out where partitions are that have no position, all that wait at a time together. */
export class Positions {
  readonly #context: PositionsContext
  readonly #underWay = new Set<PartitionLine>()

  constructor(context: PositionsContext) {
    this.#context = context
  }

  /** Asks for those of the partitions whose position is wanted now. */
  find(lines: Iterable<PartitionLine>, now: number): void {
    const lost = [...lines].filter(
      line =>
        line.position === undefined && !this.#underWay.has(line) && !line.hasFailed && now >= line.notBefore,
    )
    if (lost.length > 0) void this.#ask(lost)
  }

  async #ask(lines: readonly PartitionLine[]): Promise<void> {
    const { fetching, looked } = this.#context
    for (const line of lines) this.#underWay.add(line)
    const found = await locate(this.#context, lines)
    if (fetching.aborted) return
    lines.forEach((line, i) => {
      this.#underWay.delete(line)
      this.#found(line, found[i]!)
    })
    looked()
  }

  #found(line: PartitionLine, found: Located): void {
    const { troubles, emit, chosen } = this.#context
    if ('error' in found) return troubles.meet(line, found.error)
    line.attempts = 0
    if ('reset' in found) {
      line.target = found.reset
      line.isChosen = true
      return emit({ type: 'offset-reset', at: line.at, to: found.reset, from: undefined })
    }
    const { offset, leaderEpoch } = found.position
    line.position = { offset, leaderEpoch }
    line.doneAhead = decodeDoneAhead(offset, found.metadata ?? null)
    if (line.isChosen) chosen(line)
    line.isChosen = false
  }
}
