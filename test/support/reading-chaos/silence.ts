/** Notices a partition that stands still for long while nobody says why. */
export class Silence {
  readonly #limitMs: number
  readonly #movedAt = new Map<number, number>()
  #toldAt = -Infinity

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** An event said that something is in the way. */
  told(now: number): void {
    this.#toldAt = now
  }

  moved(partition: number, now: number): void {
    this.#movedAt.set(partition, now)
  }

  /**
   * @param rests whether nothing is to be expected of it
   * @throws when it has been silent for too long
   */
  look(partition: number, rests: boolean, now: number, why: () => string): void {
    const since = Math.max(this.#movedAt.get(partition) ?? now, this.#toldAt)
    if (rests || !this.#movedAt.has(partition)) this.#movedAt.set(partition, now)
    else if (now - since > this.#limitMs)
      throw new Error(
        `partition ${partition} stands still, and nothing said why for ${now - since} ms: ${why()}`,
      )
  }
}
