import type { RecordBatch } from '../../../src/protocol'

/** One message as it lies in the log. */
export interface Logged {
  readonly offset: bigint
  readonly key: string | null
  readonly value: string | null
}

/** A batch that a broker took. */
export interface Taken {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly baseOffset: bigint
  readonly values: readonly (string | null)[]
}

/** What a broker says of one batch. */
export interface Appended {
  readonly errorCode: number
  readonly baseOffset: bigint
}

const outOfOrderSequence = 45
const invalidProducerEpoch = 47
const messageTooLarge = 10
/** So many batches of a producer a broker remembers, as Kafka does. */
const remembered = 5
const sequences = 2 ** 31

/**
 * The log of one partition, the same on all its brokers, with Kafka's checks of epochs and sequences. Stricter than
 * Kafka in one point: a producer it has never seen must begin at sequence 0, since nothing is ever lost here.
 */
export class PartitionLog {
  readonly messages: Logged[] = []
  readonly batches: Taken[] = []
  maxBatchBytes = Infinity
  readonly #producers = new Map<bigint, Taken[]>()

  get values(): (string | null)[] {
    return this.messages.map(({ value }) => value)
  }

  append(batch: RecordBatch): Appended {
    if (batch.sizeInBytes > this.maxBatchBytes) return refused(messageTooLarge)
    const records = batch.records()
    if (batch.producerId >= 0n) {
      const known = this.#producers.get(batch.producerId) ?? []
      const double = known.find(taken => isSame(taken, batch, records.length))
      if (double) return { errorCode: 0, baseOffset: double.baseOffset }
      const code = judge(known.at(-1), batch)
      if (code !== 0) return refused(code)
    }
    return { errorCode: 0, baseOffset: this.#take(batch, records) }
  }

  #take(batch: RecordBatch, records: ReturnType<RecordBatch['records']>): bigint {
    const { producerId, producerEpoch, baseSequence } = batch
    const baseOffset = BigInt(this.messages.length)
    for (const { key, value } of records) {
      const offset = BigInt(this.messages.length)
      this.messages.push({ offset, key: key && String(key), value: value && String(value) })
    }
    const values = records.map(({ value }) => value && String(value))
    const taken = { producerId, producerEpoch, baseSequence, baseOffset, values }
    this.batches.push(taken)
    this.#producers.set(producerId, [...(this.#producers.get(producerId) ?? []), taken].slice(-remembered))
    return baseOffset
  }
}

function isSame(taken: Taken, { producerEpoch, baseSequence }: RecordBatch, count: number): boolean {
  return (
    taken.producerEpoch === producerEpoch &&
    taken.baseSequence === baseSequence &&
    taken.values.length === count
  )
}

function judge(last: Taken | undefined, { producerEpoch, baseSequence }: RecordBatch): number {
  if (last && producerEpoch < last.producerEpoch) return invalidProducerEpoch
  const isNew = last === undefined || producerEpoch > last.producerEpoch
  const next = isNew ? 0 : (last.baseSequence + last.values.length) % sequences
  return baseSequence === next ? 0 : outOfOrderSequence
}

function refused(errorCode: number): Appended {
  return { errorCode, baseOffset: -1n }
}
