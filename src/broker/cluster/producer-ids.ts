import type { Clock } from '../../kernel'

const blockSize = 1000n

interface Block {
  next: bigint
  readonly end: bigint
}

/** Producer ids, of which each broker fetches a block of 1,000 from the controller when it has none. */
export class ProducerIds {
  readonly #clock: Clock
  readonly #lagMs: number
  readonly #blocks = new Map<number, Block>()
  readonly #fetching = new Set<number>()
  #nextBlock = 0n

  /** @param lagMs how long fetching a block takes */
  constructor(clock: Clock, lagMs: number) {
    this.#clock = clock
    this.#lagMs = lagMs
  }

  /** An id that nobody had before; undefined while the broker fetches its next block. */
  take(broker: number): bigint | undefined {
    const block = this.#blocks.get(broker)
    if (block && block.next < block.end) return block.next++
    this.#fetch(broker)
    return undefined
  }

  #fetch(broker: number): void {
    if (this.#fetching.has(broker)) return
    this.#fetching.add(broker)
    this.#clock.after(this.#lagMs, () => {
      this.#fetching.delete(broker)
      this.#blocks.set(broker, { next: this.#nextBlock, end: this.#nextBlock + blockSize })
      this.#nextBlock += blockSize
    })
  }
}
