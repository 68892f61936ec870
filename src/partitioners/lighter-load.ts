import { anyOf } from './random'
import type { TopicView } from './partitioner'

/** So many partitions are looked at for one choice, so that it costs no more for a topic of thousands. */
const maxLooks = 16

/**
 * Chooses at random among the partitions that have a leader, the more likely the less waits for them (KIP-794). The
 * one for which most waits is not left out, so that it is noticed when it is fast again.
 */
export class LighterLoad {
  readonly #view: TopicView
  readonly #unit: number
  /** The candidates of a choice, and what waits for each; kept to be filled again. */
  readonly #candidates: number[] = []
  readonly #waiting: number[] = []

  /** @param unit bytes that each has a chance for even if most waits for it */
  constructor(view: TopicView, unit: number) {
    this.#view = view
    this.#unit = unit
  }

  /** Any of them, if nobody has a leader. */
  choose(partitions: readonly number[]): number {
    const isLarge = partitions.length > maxLooks
    const some = isLarge ? this.#lookAtSome(partitions) : 0
    const count = some > 0 ? some : this.#lookAtAll(partitions)
    return count > 0 ? this.#weighted(count) : anyOf(partitions, this.#view.random)
  }

  /** Any of them, and not neighbours, so that each is a candidate as often as the others whoever has no leader. */
  #lookAtSome(partitions: readonly number[]): number {
    let count = 0
    for (let look = 0; look < maxLooks; look++)
      count = this.#look(anyOf(partitions, this.#view.random), count)
    return count
  }

  #lookAtAll(partitions: readonly number[]): number {
    let count = 0
    for (const partition of partitions) count = this.#look(partition, count)
    return count
  }

  #look(partition: number, count: number): number {
    if (!this.#view.isAvailable(partition)) return count
    this.#candidates[count] = partition
    this.#waiting[count] = this.#view.waitingBytes(partition)
    return count + 1
  }

  #weighted(count: number): number {
    const waiting = this.#waiting
    let most = 0
    let sum = 0
    for (let at = 0; at < count; at++) {
      sum += waiting[at]!
      if (waiting[at]! > most) most = waiting[at]!
    }
    const highest = most + this.#unit
    let ticket = this.#view.random() * (highest * count - sum)
    for (let at = 0; at < count - 1; at++) {
      ticket -= highest - waiting[at]!
      if (ticket < 0) return this.#candidates[at]!
    }
    return this.#candidates[count - 1]!
  }
}
