/** From a broker's start to its end: what it had in hand does not outlive it. */
export class Life {
  readonly #listeners = new Set<() => void>()
  #isOver = false

  get isOver(): boolean {
    return this.#isOver
  }

  end(): void {
    this.#isOver = true
    for (const listener of [...this.#listeners]) listener()
    this.#listeners.clear()
  }

  /** Calls back once at the end, or soon when that is over; answers how to forget that. */
  onEnd(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (this.#isOver) queueMicrotask(() => this.#listeners.delete(listener) && listener())
    return () => void this.#listeners.delete(listener)
  }
}
