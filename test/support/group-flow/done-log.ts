/** What was done of each partition of a topic, by whom ever, and how often. */
export class DoneLog {
  /** Messages that were done again. */
  again = 0
  count = 0
  readonly wrong: string[] = []
  readonly #values: string[][]
  readonly #doneTo: number[]

  constructor(partitions: number) {
    this.#values = Array.from({ length: partitions }, () => [])
    this.#doneTo = Array.from({ length: partitions }, () => 0)
  }

  note(partition: number, offset: number, value: string): void {
    const values = this.#values[partition]!
    const before = values[offset]
    if (before === undefined) this.count++
    else this.again++
    if (before !== undefined && before !== value)
      this.wrong.push(`${partition}/${offset} was ${before} and then ${value}`)
    values[offset] = value
    while (values[this.#doneTo[partition]!] !== undefined) this.#doneTo[partition]!++
  }

  /** The offset before which all is done. */
  doneTo(partition: number): number {
    return this.#doneTo[partition]!
  }

  /** The value at each offset of a partition. */
  valuesOf(partition: number): readonly string[] {
    return this.#values[partition]!
  }
}
