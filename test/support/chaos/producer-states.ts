/** What a batch is stamped with, and the calls in it: one message each. */
export interface Stamped {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly sequence: number
  readonly calls: readonly number[]
}

type Judgement = 'next' | 'duplicate' | 'out-of-order' | 'stranger'

/** So many batches of a producer are remembered. */
const remembered = 5
const sequences = 2 ** 31

type Batch = Stamped | { readonly producerId: undefined; readonly calls: readonly number[] }

/** The log of one partition by Kafka's rules of producer ids, epochs and sequences (KIP-98, KIP-360). */
export class ModelLog {
  #batches: Batch[] = []
  readonly #isStrict: boolean
  readonly #producers = new Map<bigint, Stamped[]>()

  /** @param isStrict a producer that is not known has to begin with sequence 0, as before 2.5 */
  constructor(isStrict: boolean) {
    this.#isStrict = isStrict
  }

  get calls(): readonly number[] {
    return this.#batches.flatMap(({ calls }) => calls)
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

  /** Of every producer only the last batch is remembered, as after a restart. */
  restore(): void {
    for (const [id, batches] of this.#producers) this.#producers.set(id, batches.slice(-1))
  }

  /** So many batches are lost at the end, as in an unclean election; answers their calls. */
  lose(count: number): readonly number[] {
    const lost = this.#batches.splice(Math.max(0, this.#batches.length - count))
    const written = this.#batches
    this.#batches = []
    this.#producers.clear()
    for (const batch of written) this.#write(batch)
    return lost.flatMap(({ calls }) => calls)
  }

  append(batch: Batch): Judgement {
    const judgement = batch.producerId === undefined ? 'next' : this.#judge(batch)
    if (judgement === 'next') this.#write(batch)
    return judgement
  }

  #write(batch: Batch): void {
    this.#batches.push(batch)
    if (batch.producerId === undefined) return
    const batches = this.#producers.get(batch.producerId) ?? []
    const earlier = batches.filter(({ producerEpoch }) => producerEpoch === batch.producerEpoch)
    this.#producers.set(batch.producerId, [...earlier, batch].slice(-remembered))
  }

  #judge({ producerId, producerEpoch, sequence, calls }: Stamped): Judgement {
    const batches = this.#producers.get(producerId)
    const last = batches?.at(-1)
    if (batches === undefined || last === undefined)
      return sequence === 0 || !this.#isStrict ? 'next' : 'stranger'
    if (producerEpoch < last.producerEpoch) return 'stranger'
    if (producerEpoch > last.producerEpoch) return sequence === 0 ? 'next' : 'out-of-order'
    if (batches.some(one => one.sequence === sequence && one.calls.length === calls.length))
      return 'duplicate'
    return sequence === (last.sequence + last.calls.length) % sequences ? 'next' : 'out-of-order'
  }
}
