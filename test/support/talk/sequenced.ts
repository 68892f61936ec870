import { Apis } from '../../../src/protocol'
import { batchOf } from '../wire'
import { errorName } from './error-name'
import { eventually } from './eventually'
import type { Partition } from './partition'
import type { ProduceOptions } from './partition-requests'
import type { Talk } from './talk'

/** A producer id that nobody else has, as soon as there is one: a broker that has just started has to fetch some. */
async function newProducerId(talk: Talk, version = 4): Promise<bigint> {
  const body = { transactionalId: null, transactionTimeoutMs: 60_000 }
  const { producerId } = await eventually(
    () => talk.request(Apis.InitProducerId, version, body),
    ({ errorCode }) => errorCode === 0,
  )
  return BigInt(producerId.toString())
}

/** A producer with an id of its own that says itself which sequence a batch has. */
export class Sequenced {
  epoch = 0
  readonly id: bigint

  constructor(id: bigint) {
    this.id = id
  }

  static async of(talk: Talk): Promise<Sequenced> {
    return new Sequenced(await newProducerId(talk))
  }

  /** Sends so many records in one batch; answers its base offset, or the name of the error. */
  async send(
    partition: Partition,
    sequence: number,
    count = 1,
    options: ProduceOptions = {},
  ): Promise<string> {
    const produced = await partition.produce(this.batch(sequence, count), options)
    return produced.errorCode === 0 ? String(produced.baseOffset) : errorName(produced)
  }

  /** The batch that begins at this sequence; its values are `<sequence>.<place>`. */
  batch(sequence: number, count = 1): Buffer {
    const values = Array.from({ length: count }, (_, place) => `${sequence}.${place}`)
    return batchOf(values, { producerId: this.id, producerEpoch: this.epoch, baseSequence: sequence })
  }
}
