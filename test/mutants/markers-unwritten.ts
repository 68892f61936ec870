import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** WriteTxnMarkers writes nothing, though it says so. */
export const mutate = handlerOf(Apis.WriteTxnMarkers, ({ markers }) => ({
  markers: markers.map(({ producerId, topics }) => ({
    producerId,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map(partitionIndex => ({ partitionIndex, errorCode: 0 })),
    })),
  })),
}))

export const only = /^transactions-brokers/
