/** Does one thing after another, in the order in which they were asked for; at once when nothing goes on. */
export class Turns {
  readonly #asked = new Set<Promise<unknown>>()
  #last: Promise<void> | undefined

  /** Answers how this thing ended, however those before it did. */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const done: Promise<T> = this.#inTurn(work, () => this.#asked.delete(done))
    this.#asked.add(done)
    return done
  }

  /** Who asked for what has not ended yet need not listen: its failure is nobody's fault. */
  excuse(): void {
    for (const done of this.#asked) done.catch(() => undefined)
  }

  async #inTurn<T>(work: () => T | Promise<T>, ended: () => void): Promise<T> {
    const before = this.#last
    let pass!: () => void
    const turn = new Promise<void>(resolve => (pass = resolve))
    this.#last = turn
    try {
      if (before !== undefined) await before
      return await work()
    } finally {
      if (this.#last === turn) this.#last = undefined
      ended()
      pass()
    }
  }
}
