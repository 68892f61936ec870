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
      this.#head = 0
    }
    return batch
  }

  pop(): StoredBatch | undefined {
    if (this.length === 0) return undefined
    const batch = this.#places.pop()
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

  /** Takes out the batches that are not to be kept; offsets stay, so that gaps arise. */
  filter(keep: (batch: StoredBatch) => boolean): void {
    const kept = [...this].filter(keep)
    this.#places = kept
    this.#head = 0
    this.#sizeInBytes = kept.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  *[Symbol.iterator](): Iterator<StoredBatch> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!
  }
}
