import type { Clock } from '../../kernel'

const blockSize = 1000n
/** So many are left when the next block is fetched, as Kafka does at nine tenths. */
const fetchBelow = blockSize / 10n

interface Block {
  next: bigint
  readonly end: bigint
}

/**
 * Producer ids, of which each broker fetches a block of 1,000 from the controller: the first when somebody wants one,
 * each other while there are some left.
 *
 * The first block is a matter of chance. A cluster that is started anew has forgotten its producers, but their clients
 * go on: were their ids given out again, what one of them sends would be taken for doubles of what another has sent.
 */
export class ProducerIds {
  readonly #clock: Clock
  readonly #lagMs: number
  /** Of each broker: the block in use, and the one after it if that is there. */
  readonly #blocks = new Map<number, Block[]>()
  readonly #fetching = new Set<number>()
  #nextBlock: bigint

  /**
   * @param clusterId from which the first block follows, so that a seed gives the same ids again
   * @param lagMs how long fetching a block takes
   */
  constructor(clusterId: string, clock: Clock, lagMs: number) {
    this.#nextBlock = firstBlockOf(clusterId)
    this.#clock = clock
    this.#lagMs = lagMs
  }

  /** The id that `take` would give; undefined while the broker fetches some. */
  peek(broker: number): bigint | undefined {
    const blocks = this.#blocks.get(broker) ?? []
    if (blocks[0]?.next === blocks[0]?.end) blocks.shift()
    const [block] = blocks
    if (block === undefined || (blocks.length === 1 && block.end - block.next <= fetchBelow))
      this.#fetch(broker)
    return block?.next
  }

  /** An id that nobody had before; undefined while the broker fetches some. */
  take(broker: number): bigint | undefined {
    const id = this.peek(broker)
    if (id !== undefined) this.#blocks.get(broker)![0]!.next++
    return id
  }

  #fetch(broker: number): void {
    if (this.#fetching.has(broker)) return
    this.#fetching.add(broker)
    this.#clock.after(this.#lagMs, () => {
      this.#fetching.delete(broker)
      const block = { next: this.#nextBlock, end: this.#nextBlock + blockSize }
      this.#blocks.set(broker, [...(this.#blocks.get(broker) ?? []), block])
      this.#nextBlock += blockSize
    })
  }
}

/** The first five bytes of the id are all chance, and times 1,000 still a safe integer. */
function firstBlockOf(clusterId: string): bigint {
  return BigInt(Buffer.from(clusterId, 'base64url').readUIntBE(0, 5)) * blockSize
}
