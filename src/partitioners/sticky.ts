import { byteCount, settle, type OptionsOf } from '../kernel'
import { LighterLoad } from './lighter-load'
import type { Partitioner, TopicView } from './partitioner'
import { random } from './random'

const stickyOptions = {
  /**
   * Bytes that a partition gets before another one has its turn. Default 16 KiB, as in Java: a batch of that size
   * spends less than one byte in a hundred on headers and compresses nearly as well as a larger one, while a topic
   * with little traffic still reaches all its partitions, and with them all its consumers, within seconds. Larger
   * batches grow by themselves under load, since a partition gets several turns before its broker has room.
   */
  bytes: byteCount(16 * 1024),
}

export type StickyOptions = OptionsOf<typeof stickyOptions>

/**
 * Calls to one partition until it has got about `bytes`, whatever their keys; then to any, the more likely the less
 * waits for it, which may be the same again. So few large batches leave instead of many small ones, slow brokers get
 * less than fast ones, and partitions without a leader nothing while others have one. All bytes that the partition
 * gets count, also of calls with a key, so that where keys crowd the turn is short.
 *
 * Turns are counted in bytes and not in batches: a slow broker has fewer and larger ones, and would get more
 * (KIP-480, KIP-794, KAFKA-10888). While a batch still gathers (`bufferTime`) a turn may be up to twice as long, so
 * that no fragment of a batch is left behind (KAFKA-14156).
 *
 * @throws ArgumentError
 */
export function sticky(options: StickyOptions = {}): Partitioner {
  const { bytes } = settle('sticky', stickyOptions, options)
  return {
    takesText: true,
    forTopic: (topic, view) => {
      // Nobody counts bytes: each call is a turn.
      if (view === undefined) return random().forTopic(topic)
      const turns = new Turns(view, bytes)
      return (_key, partitions) => turns.current(partitions)
    },
  }
}

/** Whose turn it is. */
class Turns {
  readonly #view: TopicView
  readonly #bytes: number
  readonly #lighter: LighterLoad
  /** As they were last time. */
  #partitions: readonly number[] = []
  #current = -1
  /** What the current one had got when its turn began. */
  #start = 0

  constructor(view: TopicView, bytes: number) {
    this.#view = view
    this.#bytes = bytes
    this.#lighter = new LighterLoad(view, bytes)
  }

  current(partitions: readonly number[]): number {
    const taken = this.#view.takenBytes(this.#current) - this.#start
    if (
      taken >= this.#bytes ? this.#isOver(taken) : partitions !== this.#partitions && this.#isLost(partitions)
    )
      this.#next(partitions)
    this.#partitions = partitions
    return this.#current
  }

  #isOver(taken: number): boolean {
    return taken >= 2 * this.#bytes || !this.#view.isGathering(this.#current)
  }

  /** After news of the cluster. */
  #isLost(partitions: readonly number[]): boolean {
    return !partitions.includes(this.#current) || !this.#view.isAvailable(this.#current)
  }

  #next(partitions: readonly number[]): void {
    this.#current = this.#lighter.choose(partitions)
    this.#start = this.#view.takenBytes(this.#current)
  }
}
