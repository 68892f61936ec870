import { decodeDoneAhead } from './done-ahead'
import { locate, type Located } from './locate'
import type { PartitionLine } from './partition-line'
import type { SessionContext } from './session-context'
import { wasRecreated } from './topic-identity'
import type { Target } from './start-offset'
import type { Troubles } from './troubles'
import { Validation } from './validation'

interface PositionsContext extends SessionContext {
  readonly troubles: Troubles
  /** The position was chosen, since there was none: it counts from now on. */
  readonly chosen: (line: PartitionLine) => void
  /** Positions were found, or not. */
  readonly looked: () => void
}

interface Asked {
  readonly line: PartitionLine
  readonly target: Target
  readonly topicId: string | undefined
  /** The leader's epoch that the answer cannot be older than. */
  readonly epoch: number
}

/** Finds out where partitions are that have no position, all that wait at a time together, and keeps positions true. */
export class Positions {
  readonly #context: PositionsContext
  readonly #validation: Validation
  readonly #underWay = new Set<PartitionLine>()

  constructor(context: PositionsContext) {
    this.#context = context
    this.#validation = new Validation(context)
  }

  /** Asks for those of the partitions whose position is wanted now, or doubted. */
  find(lines: Iterable<PartitionLine>, now: number): void {
    const { client, troubles } = this.#context
    for (const line of lines)
      if (!line.hasFailed && wasRecreated(line, client.cluster)) troubles.recreated(line)
    this.#validation.check(lines, now)
    const lost = [...lines].filter(
      line =>
        line.position === undefined && !this.#underWay.has(line) && !line.hasFailed && now >= line.notBefore,
    )
    if (lost.length > 0) void this.#ask(lost)
  }

  async #ask(lines: readonly PartitionLine[]): Promise<void> {
    const { fetching, looked, client } = this.#context
    const asked = lines.map(line => {
      const { target, topicId, at } = line
      const epoch = client.cluster.partition(at.topic, at.partition)?.leaderEpoch ?? -1
      return { line, target, topicId, epoch }
    })
    for (const line of lines) this.#underWay.add(line)
    const found = await locate(this.#context, lines)
    for (const line of lines) this.#underWay.delete(line)
    if (fetching.aborted) return
    asked.forEach((one, i) => this.#found(one, found[i]!))
    looked()
  }

  #found({ line, target, topicId, epoch }: Asked, found: Located): void {
    const { troubles, emit, chosen } = this.#context
    const isOfOther = topicId !== undefined && topicId !== line.topicId
    // Meanwhile it was found otherwise, or another one is wanted.
    if (line.position !== undefined || line.target !== target || isOfOther) return
    if ('error' in found) return troubles.meet(line, found.error)
    line.attempts = 0
    if ('instead' in found) {
      line.target = found.instead
      if (found.reset === undefined) return
      line.isChosen = true
      return emit({ type: 'offset-reset', at: line.at, to: found.reset, from: undefined })
    }
    const { offset, leaderEpoch } = found.position
    line.position = { offset, leaderEpoch }
    // What a leader says of its own log needs no validation; what was stored may come from any time.
    line.validatedEpoch = target === 'committed' ? -1 : epoch
    line.doneAhead = decodeDoneAhead(offset, found.metadata ?? null)
    if (line.isChosen) chosen(line)
    line.isChosen = false
  }
}
