import { toBigInt } from '../../kernel'
import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { Call } from './call'
import { defineHandler } from './handler'
import { codeOf, findLed } from './lookup'

type Marker = ReceivedRequestOf<typeof Apis.WriteTxnMarkers>['markers'][number]

/** The end of a transaction, as coordinators write it to other brokers; an administrator may, too. */
export const writeTxnMarkers = defineHandler(Apis.WriteTxnMarkers, {
  handle: ({ markers }, call) =>
    answerOf(markers, (marker, topic, index) => write(marker, topic, index, call)),

  refuse: ({ markers }, code) => answerOf(markers, () => code),
})

function answerOf(
  markers: readonly Marker[],
  write: (marker: Marker, topic: string, index: number) => number,
) {
  return {
    markers: markers.map(marker => ({
      producerId: marker.producerId,
      topics: marker.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map(partitionIndex => ({
          partitionIndex,
          errorCode: write(marker, name, partitionIndex),
        })),
      })),
    })),
  }
}

function write(asked: Marker, topic: string, index: number, call: Call): number {
  const { found: partition, error } = findLed({ name: topic }, index, call)
  if (partition === undefined) return codeOf(error)
  const { producerEpoch, transactionResult, coordinatorEpoch, transactionVersion } = asked
  const producerId = toBigInt(asked.producerId)
  const type = transactionResult ? ('commit' as const) : ('abort' as const)
  // What Kafka stumbles over.
  if (producerEpoch < 0) return errorCode('UNKNOWN_SERVER_ERROR')
  // With epochs of their own a transaction's end bears the next one (KIP-890).
  const seen = partition.log.producers.get(producerId)?.epoch ?? -1
  if (transactionVersion >= 2 && producerEpoch <= seen) return errorCode('INVALID_PRODUCER_EPOCH')
  const marker = { type, producerId, producerEpoch, coordinatorEpoch }
  return errorCode(call.cluster.markers.end(partition, marker))
}
