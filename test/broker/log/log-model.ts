/** A batch as the model keeps it. */
export interface ModelBatch {
  readonly baseOffset: number
  readonly times: readonly number[]
  readonly leaderEpoch: number
  /** Undefined without a producer. */
  readonly producer: ModelProducer | undefined
}

export interface ModelProducer {
  readonly id: number
  readonly epoch: number
  readonly sequence: number
}

interface Known {
  epoch: number
  lastOffset: number
  batches: ModelBatch[]
}

const lastOf = ({ baseOffset, times }: ModelBatch): number => baseOffset + times.length - 1

/** What a partition's log is to do, in the plainest way: lists that are searched from the beginning. */
export class LogModel {
  start = 0
  end = 0
  batches: ModelBatch[] = []
  readonly #producers = new Map<number, Known>()

  append(times: readonly number[], leaderEpoch: number, producer: ModelProducer | undefined): string {
    const verdict = producer === undefined ? undefined : this.#judge(producer, times.length)
    if (verdict !== undefined) return verdict
    const batch = { baseOffset: this.end, times, leaderEpoch, producer }
    this.batches.push(batch)
    this.end += times.length
    this.#remember(batch)
    return String(batch.baseOffset)
  }

  #judge({ id, epoch, sequence }: ModelProducer, count: number): string | undefined {
    const known = this.#producers.get(id)
    if (known === undefined) return undefined
    if (epoch < known.epoch) return 'INVALID_PRODUCER_EPOCH'
    const batches = epoch === known.epoch ? known.batches : []
    const original = batches
      .slice(-5)
      .find(({ producer, times }) => producer!.sequence === sequence && times.length === count)
    if (original) return `duplicate ${original.baseOffset}`
    const last = batches.at(-1)
    const expected = last === undefined ? 0 : last.producer!.sequence + last.times.length
    return sequence === expected ? undefined : 'OUT_OF_ORDER_SEQUENCE_NUMBER'
  }

  #remember(batch: ModelBatch): void {
    if (batch.producer === undefined) return
    const { id, epoch } = batch.producer
    const known = this.#producers.get(id)
    const batches = known?.epoch === epoch ? known.batches : []
    this.#producers.set(id, { epoch, lastOffset: lastOf(batch), batches: [...batches, batch] })
  }

  truncateTo(offset: number): void {
    if (offset >= this.end) return
    this.batches = this.batches.filter(batch => lastOf(batch) < offset)
    this.end = offset
    this.start = Math.min(this.start, offset)
    for (const [id, { lastOffset }] of [...this.#producers]) {
      if (lastOffset < offset) continue
      this.#producers.delete(id)
      for (const batch of this.batches) if (batch.producer?.id === id) this.#remember(batch)
    }
  }

  deleteBefore(offset: number): void {
    this.start = Math.max(this.start, offset)
    this.batches = this.batches.filter(batch => lastOf(batch) >= this.start)
  }

  dropOldest(): void {
    if (this.batches.length > 0) this.deleteBefore(this.batches[1]?.baseOffset ?? this.end)
  }

  forget(id: number): void {
    this.#producers.delete(id)
  }

  /** Base offsets of the batches that a read gets, each of which has this size. */
  read(from: number, max: number, minOne: boolean, upTo: number): number[] {
    const behind = this.batches.filter(batch => lastOf(batch) >= from)
    const within = behind.filter((batch, index) =>
      behind.slice(0, index + 1).every(one => lastOf(one) < upTo),
    )
    const count = Math.max(max, minOne ? 1 : 0)
    return within.slice(0, count).map(({ baseOffset }) => baseOffset)
  }

  /** Offset and time of each record of the batches kept. */
  get records(): { offset: number; time: number; leaderEpoch: number }[] {
    return this.batches.flatMap(({ baseOffset, times, leaderEpoch }) =>
      times.map((time, index) => ({ offset: baseOffset + index, time, leaderEpoch })),
    )
  }
}
