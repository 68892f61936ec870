import type { StoredBatch } from './stored-batch'

/** So many empty places at the front are kept before the rest moves up. */
const minEmptyPlaces = 64

/**
 * The batches of a log in order of their offsets. They are added at the end, taken from both ends, and found by a
 * binary search. What is taken from the front leaves an empty place; the rest moves up when half of the places are
 * empty, so that each batch is moved once on average.
 */
export class BatchStore implements Iterable<StoredBatch> {
  #places: (StoredBatch | undefined)[] = []
  /** Where each batch ends, in bytes of all that was ever pushed. */
  #ends: number[] = []
  #head = 0
  #sizeInBytes = 0

  get length(): number {
    return this.#places.length - this.#head
  }

  /** Bytes of all batches. */
  get sizeInBytes(): number {
    return this.#sizeInBytes
  }

  get first(): StoredBatch | undefined {
    return this.at(0)
  }

  get last(): StoredBatch | undefined {
    return this.at(this.length - 1)
  }

  /** The batch at this place, from 0. */
  at(index: number): StoredBatch | undefined {
    return index < 0 ? undefined : this.#places[this.#head + index]
  }

  push(batch: StoredBatch): void {
    this.#ends.push((this.#ends.at(-1) ?? 0) + batch.bytes.length)
    this.#places.push(batch)
    this.#sizeInBytes += batch.bytes.length
  }

  shift(): StoredBatch | undefined {
    const batch = this.first
    if (batch === undefined) return undefined
    this.#places[this.#head++] = undefined
    this.#sizeInBytes -= batch.bytes.length
    if (this.#head >= minEmptyPlaces && this.#head * 2 >= this.#places.length) {
      this.#places = this.#places.slice(this.#head)
      this.#ends = this.#ends.slice(this.#head)
      this.#head = 0
    }
    return batch
  }

  pop(): StoredBatch | undefined {
    if (this.length === 0) return undefined
    const batch = this.#places.pop()
    this.#ends.pop()
    this.#sizeInBytes -= batch?.bytes.length ?? 0
    return batch
  }

  /** The place of the batch that holds the offset, or of the next one where there is a gap; `length` behind the last. */
  indexOf(offset: bigint): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.at(middle)!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Bytes of the batches from the one at the first place up to the one before the second. */
  bytesBetween(from: number, to: number): number {
    if (to <= from) return 0
    const first = this.#head + from
    return this.#ends[this.#head + to - 1]! - this.#ends[first]! + this.#places[first]!.bytes.length
  }

  /** Takes out the batches that are not to be kept; offsets stay, so that gaps arise. */
  filter(keep: (batch: StoredBatch) => boolean): void {
    const kept = [...this].filter(keep)
    this.#places = []
    this.#ends = []
    this.#head = this.#sizeInBytes = 0
    for (const batch of kept) this.push(batch)
  }

  *[Symbol.iterator](): Iterator<StoredBatch> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!
  }
}
