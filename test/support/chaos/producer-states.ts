/** What a batch is stamped with, and the calls in it: one message each. */
export interface Stamped {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly sequence: number
  readonly calls: readonly number[]
}

type Judgement = 'next' | 'duplicate' | 'out-of-order'

/** So many batches of a producer are remembered. */
const remembered = 5
const sequences = 2 ** 31

/** The log of one partition by Kafka's rules of producer ids, epochs and sequences (KIP-98, KIP-360). */
export class ModelLog {
  readonly calls: number[] = []
  readonly #isStrict: boolean
  readonly #producers = new Map<bigint, Stamped[]>()

  /** @param isStrict a producer that is not known has to begin with sequence 0, as before 2.5 */
  constructor(isStrict: boolean) {
    this.#isStrict = isStrict
  }

  /** The producer has written before, up to this sequence. */
  know(last: Stamped): void {
    this.#producers.set(last.producerId, [last])
  }

  knows(producerId: bigint): boolean {
    return this.#producers.has(producerId)
  }

  forget(): void {
    this.#producers.clear()
  }

  append(batch: Stamped | { readonly producerId: undefined; readonly calls: readonly number[] }): Judgement {
    if (batch.producerId !== undefined) {
      const judgement = this.#judge(batch)
      if (judgement !== 'next') return judgement
      const batches = this.#producers.get(batch.producerId) ?? []
      const earlier = batches.filter(({ producerEpoch }) => producerEpoch === batch.producerEpoch)
      this.#producers.set(batch.producerId, [...earlier, batch].slice(-remembered))
    }
    this.calls.push(...batch.calls)
    return 'next'
  }

  #judge({ producerId, producerEpoch, sequence, calls }: Stamped): Judgement {
    const batches = this.#producers.get(producerId)
    const last = batches?.at(-1)
    if (batches === undefined || last === undefined)
      return sequence === 0 || !this.#isStrict ? 'next' : 'out-of-order'
    if (producerEpoch < last.producerEpoch) return 'out-of-order'
    if (producerEpoch > last.producerEpoch) return sequence === 0 ? 'next' : 'out-of-order'
    if (batches.some(one => one.sequence === sequence && one.calls.length === calls.length))
      return 'duplicate'
    return sequence === (last.sequence + last.calls.length) % sequences ? 'next' : 'out-of-order'
  }
}
