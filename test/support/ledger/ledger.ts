import { DeliveryError } from '../../../src/kernel'
import type { Receipt } from '../../../src/producer'
import type { Account, Wrong } from './account'
import { outcomes, PartitionPage } from './partition-page'

/** A call that was entered and is yet to be made. */
export interface LedgerEntry {
  readonly partition: number
  /** What to send, in one call. */
  readonly values: readonly string[]
  readonly page: PartitionPage
  readonly call: number
}

/** What a call answers: a Delivery, or anything that tells its outcome as one. */
interface Outcoming {
  subscribe(observer: { next: (receipt: Receipt) => void; error: (error: unknown) => void }): unknown
}

/**
 * Every call with its outcome, to be held against the log: what was acknowledged is there once and in order of the
 * calls, what is said to be unwritten is not, and every call has exactly one outcome.
 */
export class Ledger {
  /** Failures by their kind. */
  readonly failures = new Map<string, number>()
  readonly #pages = new Map<string, PartitionPage>()
  #unended = 0

  /** Calls without an outcome. */
  get unended(): number {
    return this.#unended
  }

  /**
   * Enters a call of so many messages, which must be made at once: the order of entries is that of the calls.
   *
   * @param bytes of each value at least
   */
  enter(topic: string, partition: number, count = 1, bytes = 0): LedgerEntry {
    const page = this.#page(topic, partition)
    const call = page.open()
    this.#unended++
    const values = Array.from({ length: count }, (_, part) => `${call}.${part}.${count}.`.padEnd(bytes, '.'))
    return { partition, values, page, call }
  }

  /** Listens to what becomes of the call. */
  watch({ page, call }: LedgerEntry, delivery: Outcoming): void {
    delivery.subscribe({
      next: ({ offset }) => {
        this.#unended--
        page.end(call, outcomes.delivered, Number(offset))
      },
      error: (error: unknown) => {
        this.#unended--
        const maybeWritten = error instanceof DeliveryError && error.maybeWritten
        page.end(call, maybeWritten ? outcomes.unknown : outcomes.unwritten)
        const kind = kindOf(error)
        this.failures.set(kind, (this.failures.get(kind) ?? 0) + 1)
      },
    })
  }

  /** How far each partition's calls have come, for `hasEnded`. */
  mark(): ReadonlyMap<string, number> {
    return new Map([...this.#pages].map(([name, { calls }]) => [name, calls]))
  }

  /** Whether all calls up to this mark have their outcome. */
  hasEnded(mark: ReadonlyMap<string, number>): boolean {
    return [...mark].every(([name, calls]) => this.#pages.get(name)!.hasEnded(calls))
  }

  /** The next message of a log, read from its beginning. */
  read(topic: string, partition: number, value: string, offset = -1n): void {
    const [call, part, parts] = value.split('.', 3).map(Number)
    this.#page(topic, partition).read(call!, part!, parts!, Number(offset))
  }

  /** What is read from here on is another log of the topic. */
  turn(topic: string): void {
    for (const page of this.#pages.values()) if (page.name.startsWith(`${topic}/`)) page.turn()
  }

  /** When all logs have been read. */
  account(): Account {
    const pages = [...this.#pages.values()]
    const sum = (count: (page: PartitionPage) => number): number =>
      pages.reduce((total, page) => total + count(page), 0)
    const all = (wrong: (page: PartitionPage) => Wrong): Wrong => ({
      count: sum(page => wrong(page).count),
      examples: pages.flatMap(page => wrong(page).examples),
    })
    return {
      calls: sum(page => page.calls),
      delivered: sum(page => page.count(outcomes.delivered)),
      unknown: sum(page => page.count(outcomes.unknown)),
      unknownWritten: sum(page => page.written),
      unwritten: sum(page => page.count(outcomes.unwritten)),
      open: all(page => page.unended),
      ambiguous: all(page => page.ambiguous),
      lost: all(page => page.lost),
      doubled: all(page => page.doubled),
      disordered: all(page => page.disordered),
      torn: all(page => page.torn),
      misplaced: all(page => page.misplaced),
      lies: all(page => page.lies),
    }
  }

  #page(topic: string, partition: number): PartitionPage {
    const name = `${topic}/${partition}`
    const page = this.#pages.get(name) ?? new PartitionPage(name)
    this.#pages.set(name, page)
    return page
  }
}

/** Its class, that of what caused it, and whether it may be written. */
function kindOf(error: unknown): string {
  if (!(error instanceof DeliveryError)) return error instanceof Error ? error.name : String(error)
  const { cause, maybeWritten } = error
  const reason =
    cause instanceof Error && 'reason' in cause ? String(cause.reason) : String((cause as Error).name)
  return `${reason}, ${maybeWritten ? 'maybe written' : 'not written'}`
}
