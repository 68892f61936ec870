import { toBigInt } from '../../kernel'
import { Apis, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import { isInternalTopic, type Partition } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'
import { codeOf, findLed } from './lookup'

type DeleteRecordsRequest = ReceivedRequestOf<typeof Apis.DeleteRecords>
type Cut = DeleteRecordsRequest['topics'][number]['partitions'][number]

/** In place of an offset: whatever consumers may read by now. */
const everything = -1n
const nowhere = -1n

/** Deletes what lies before an offset. */
export const deleteRecords = defineHandler(Apis.DeleteRecords, {
  handle({ topics }, call) {
    const answers = topics
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ name, partitions }) => ({
        name,
        partitions: lastOfEach(partitions).map(cut => cutBefore(name, cut, call)),
      }))
    return { throttleTimeMs: 0, topics: answers }
  },

  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        lowWatermark: nowhere,
        errorCode: code,
      })),
    })),
  }),
})

/** Of several offsets for one partition Kafka keeps the last. */
function lastOfEach(cuts: readonly Cut[]): readonly Cut[] {
  return [...new Map(cuts.map(cut => [cut.partitionIndex, cut])).values()]
}

function cutBefore(topic: string, { partitionIndex, offset: wanted }: Cut, call: Call) {
  const { found: partition, error } = findLed({ name: topic }, partitionIndex, call)
  if (partition === undefined) return failure(partitionIndex, error)
  const given = toBigInt(wanted)
  const offset = given === everything ? partition.highWatermark : given
  const fault = faultOf(partition, offset)
  if (fault !== undefined) return failure(partitionIndex, fault)
  if (offset > partition.log.startOffset) {
    partition.log.deleteBefore(offset)
    partition.changed()
  }
  return { partitionIndex, lowWatermark: partition.log.startOffset, errorCode: 0 }
}

function faultOf({ topic, settings, highWatermark }: Partition, offset: bigint): ErrorName | undefined {
  if (isInternalTopic(topic.name)) return 'INVALID_TOPIC_EXCEPTION'
  const { cleanupPolicy } = settings
  if (cleanupPolicy.compact && !cleanupPolicy.delete) return 'POLICY_VIOLATION'
  return offset < 0n || offset > highWatermark ? 'OFFSET_OUT_OF_RANGE' : undefined
}

const failure = (partitionIndex: number, error: ErrorName) => ({
  partitionIndex,
  lowWatermark: nowhere,
  errorCode: codeOf(error),
})
