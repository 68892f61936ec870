import { byTopic, toBigInt, type TopicPartition } from '../../kernel'
import { Apis, errorCode, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { OffsetToCommit } from '../groups'
import { admit } from './admit-to-transaction'
import type { Call } from './call'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'
import { findTopic } from './lookup'

type Request = ReceivedRequestOf<typeof Apis.TxnOffsetCommit>

/** From this version on the group need not be added to the transaction before (KIP-890). */
const firstWithoutAdding = 5
/** From this version on clients know TRANSACTION_ABORTABLE. */
const firstWithAbortable = 4

/** Stores how far a group has read, once a transaction commits. */
export const txnOffsetCommit = defineHandler(Apis.TxnOffsetCommit, {
  async handle(request, call) {
    const offsets = offsetsOf(request)
    const wrong = offsets.flatMap(offset => faultOf(offset, call))
    const right = offsets.filter(one => wrong.every(other => other.offset !== one))
    const errors = right.length > 0 ? await store(request, right, call) : []
    return answerOf([...wrong, ...right.map((offset, i) => ({ offset, error: errors[i]! }))])
  },

  refuse: (request, code) => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
})

interface Row {
  readonly offset: TopicPartition
  readonly error: ErrorName
}

function offsetsOf({ topics }: Request): readonly OffsetToCommit[] {
  return topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(
      ({ partitionIndex: partition, committedOffset, committedLeaderEpoch, committedMetadata }) => ({
        topic,
        partition,
        offset: toBigInt(committedOffset),
        leaderEpoch: committedLeaderEpoch,
        metadata: committedMetadata,
        committedAt: null,
      }),
    ),
  )
}

function faultOf(offset: OffsetToCommit, call: Call): Row[] {
  const { topic, partition } = offset
  const isThere = findTopic({ name: topic }, call).found?.partitions[partition] !== undefined
  const error = isThere ? call.injected(topic, partition) : 'UNKNOWN_TOPIC_OR_PARTITION'
  return error === undefined ? [] : [{ offset, error }]
}

async function store(
  request: Request,
  offsets: readonly OffsetToCommit[],
  call: Call,
): Promise<readonly ErrorName[]> {
  const { groupId, memberId, groupInstanceId: instanceId, generationId } = request
  const refused =
    (groupId === '' ? 'INVALID_GROUP_ID' : groupRefusal(groupId, call)) ?? admission(request, call)
  if (refused) return offsets.map(() => refused)
  return call.cluster.groups.commit({
    ...{ groupId, memberId, instanceId, generationId },
    producerId: toBigInt(request.producerId),
    knowsGroupIdNotFound: false,
    offsets,
    retentionMs: null,
  })
}

/** Why the group is not part of the transaction. */
function admission(request: Request, call: Call): ErrorName | undefined {
  const { transactionalId, producerId, producerEpoch, groupId } = request
  const partition = call.cluster.coordinators.placeOf('group', groupId)!
  const how = {
    adds: call.version >= firstWithoutAdding,
    knowsAbortable: call.version >= firstWithAbortable,
  }
  const producer = { producerId: toBigInt(producerId), producerEpoch }
  return admit(transactionalId, producer, [partition], how, call)[0]
}

function answerOf(rows: readonly Row[]) {
  const placed = rows.map(({ offset: { topic, partition }, error }) => ({ topic, partition, error }))
  return {
    throttleTimeMs: 0,
    topics: [...byTopic(placed)].map(([name, partitions]) => ({
      name,
      partitions: partitions.map(({ partition, error }) => ({
        partitionIndex: partition,
        errorCode: errorCode(error),
      })),
    })),
  }
}
