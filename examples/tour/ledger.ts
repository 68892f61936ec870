import { hashed } from 'rx-kafka'
import type { Order } from './order'

/** The books of one partition. */
export class Row {
  sent = 0
  acknowledged = 0
  /** Each order once, however often it came. */
  read = 0
  doubled = 0
  outOfOrder = 0
  /** The highest order that was read. */
  newest = -1

  get missing(): number {
    return this.sent - this.read
  }

  /** Acknowledged and not read yet. */
  get lag(): number {
    return Math.max(0, this.acknowledged - this.read)
  }
}

/** The columns that can be added up. */
export type Column = Exclude<keyof Row, 'newest'>

/** Keeps the books: what was handed to the producer, what Kafka acknowledged, and what the readers got. */
export class Ledger {
  /** By partition. */
  readonly rows: readonly Row[]
  readonly #seen = new Set<number>()
  /** The producer's own rule: a key, here a customer, always goes to the same partition. */
  readonly #choose = hashed().forTopic('')

  constructor(partitions: number) {
    this.rows = Array.from({ length: partitions }, () => new Row())
  }

  noteSent({ customer }: Order): void {
    this.rows[this.#choose(Buffer.from(customer), [...this.rows.keys()])]!.sent++
  }

  noteAcknowledged(partition: number): void {
    this.rows[partition]!.acknowledged++
  }

  noteRead(partition: number, { id }: Order): void {
    const row = this.rows[partition]!
    if (this.#seen.has(id)) row.doubled++
    else row.read++
    if (id < row.newest) row.outOfOrder++
    row.newest = Math.max(row.newest, id)
    this.#seen.add(id)
  }

  /** Of all partitions. */
  total(column: Column): number {
    return this.rows.reduce((sum, row) => sum + row[column], 0)
  }

  /** How many orders were read, each counted once. */
  get read(): number {
    return this.#seen.size
  }

  /** Everything that was sent was acknowledged and read, once and in order. */
  get isBalanced(): boolean {
    return this.rows.every(
      ({ sent, acknowledged, missing, doubled, outOfOrder }) =>
        acknowledged === sent && missing === 0 && doubled === 0 && outOfOrder === 0,
    )
  }
}
