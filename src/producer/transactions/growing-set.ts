/**
 * A set that is never changed in place, and to which one more is added at no cost for those that it has: those that
 * come from one another share what they have in common.
 */
export class GrowingSet<T> {
  /** What the largest of those that share it has, each with its place. */
  readonly #places: Map<T, number>
  readonly size: number

  private constructor(places: Map<T, number>, size: number) {
    this.#places = places
    this.size = size
  }

  static of<T>(...items: readonly T[]): GrowingSet<T> {
    const places = new Map<T, number>()
    for (const item of items) if (!places.has(item)) places.set(item, places.size)
    return new GrowingSet(places, places.size)
  }

  has(item: T): boolean {
    const place = this.#places.get(item)
    return place !== undefined && place < this.size
  }

  /** This one and one more. */
  with(item: T): GrowingSet<T> {
    if (this.has(item)) return this
    // Whoever grew out of this one before has put something else in its place.
    const places =
      this.#places.size === this.size ? this.#places : new Map([...this].map((one, i) => [one, i]))
    return new GrowingSet(places.set(item, this.size), this.size + 1)
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const [item, place] of this.#places) {
      if (place >= this.size) return
      yield item
    }
  }
}
