import type { ByteBudget, Holding } from './byte-budget'

interface Part {
  readonly records: Buffer | null
}

/** The part of the budget that one slow partition may hold of its neighbours. */
const smallShare = 1 / 8

/**
 * The memory of one Fetch answer, with the records of several partitions. Partitions that keep up read them where they
 * are, and hold all of the answer for so long; a slow one, which must not hold the bytes of its neighbours, gets a copy.
 */
export class AnswerMemory {
  readonly #budget: ByteBudget
  readonly #isShared: boolean
  readonly #bytes: number
  #all: Holding | undefined

  constructor(budget: ByteBudget, parts: readonly Part[]) {
    const filled = parts.filter(({ records }) => records !== null && records.length > 0)
    this.#budget = budget
    this.#isShared = filled.length > 1
    this.#bytes = filled.reduce((sum, { records }) => sum + records!.length, 0)
  }

  /** The records of one partition, to be read there, and what they hold until they are. */
  take(records: Buffer, isIdle: boolean): { readonly bytes: Buffer; readonly holding: Holding } {
    if (this.#isShared && !(isIdle && this.#mayBeHeld))
      return { bytes: Buffer.from(records), holding: this.#budget.hold(records.length) }
    this.#all ??= this.#budget.hold(this.#bytes)
    return { bytes: records, holding: this.#all.share() }
  }

  /** Who is idle now may turn out to be slow, and hold all of it: of a small part of the budget, and while half is free. */
  get #mayBeHeld(): boolean {
    const { held, limit } = this.#budget
    return this.#bytes <= limit * smallShare && held * 2 <= limit
  }

  /** All partitions have taken theirs. */
  close(): void {
    this.#all?.release()
  }
}
