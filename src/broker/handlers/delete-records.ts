import { toBigInt } from '../../kernel'
import { Apis, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import { isInternalTopic, type Partition } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'
import { lastOfEach, type TopicShape } from './last-of-each'
import { codeOf, findLed, findTopic } from './lookup'
import { refuseEach } from './refuse-each'

type Cuts = ReceivedRequestOf<typeof Apis.DeleteRecords>['topics'][number]
type Cut = Cuts['partitions'][number]

/** In place of an offset: whatever consumers may read by now. */
const everything = -1n
const nowhere = -1n

/** Deletes what lies before an offset. */
export const deleteRecords = defineHandler(Apis.DeleteRecords, {
  handle({ topics }, call) {
    const answers = lastOfEach(topics, shape)
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ topic: { name }, partitions }) => ({
        name,
        partitions: partitions.map(cut => cutBefore(name, cut, call)),
      }))
    return { throttleTimeMs: 0, topics: answers }
  },

  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: refuseEach(topics, ({ partitionIndex }) => refused(partitionIndex, code)),
  }),
})

const shape: TopicShape<Cuts, Cut> = {
  key: ({ name }) => name,
  partitions: topic => topic.partitions,
  index: cut => cut.partitionIndex,
}

function cutBefore(topic: string, { partitionIndex, offset: wanted }: Cut, call: Call) {
  // Kafka looks at the name before it looks who leads.
  const isThere = findTopic({ name: topic }, call).found?.partitions[partitionIndex] !== undefined
  if (isThere && isInternalTopic(topic)) return failure(partitionIndex, 'INVALID_TOPIC_EXCEPTION')
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

function faultOf({ settings, highWatermark }: Partition, offset: bigint): ErrorName | undefined {
  const { cleanupPolicy } = settings
  if (cleanupPolicy.compact && !cleanupPolicy.delete) return 'POLICY_VIOLATION'
  return offset < 0n || offset > highWatermark ? 'OFFSET_OUT_OF_RANGE' : undefined
}

const failure = (partitionIndex: number, error: ErrorName) => refused(partitionIndex, codeOf(error))

const refused = (partitionIndex: number, code: number) => ({
  partitionIndex,
  lowWatermark: nowhere,
  errorCode: code,
})
