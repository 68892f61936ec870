/** Bytes that are held until everybody who shares them has let go. */
export class Holding {
  readonly #free: () => void
  #holders = 1

  constructor(free: () => void) {
    this.#free = free
  }

  /** One holder more. */
  share(): this {
    this.#holders++
    return this
  }

  release(): void {
    if (--this.#holders === 0) this.#free()
  }
}

/** How many bytes of fetched messages may be held at once, by all who share the budget. */
export class ByteBudget {
  readonly limit: number
  #held = 0
  readonly #listeners = new Set<() => void>()

  constructor(limit: number) {
    this.limit = limit
  }

  get held(): number {
    return this.#held
  }

  /** Below zero where one batch alone was larger than what was left. */
  get free(): number {
    return this.limit - this.#held
  }

  /** Takes bytes, whether they fit or not: what has arrived is there. Who can wait asks `free` first. */
  hold(bytes: number): Holding {
    this.#held += bytes
    return new Holding(() => {
      this.#held -= bytes
      for (const listener of this.#listeners) listener()
    })
  }

  /** Calls back whenever bytes become free. Answers what ends that. */
  onRoom(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
