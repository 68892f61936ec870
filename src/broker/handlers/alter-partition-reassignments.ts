import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { Cluster, Partition } from '../cluster'
import { defineHandler } from './handler'
import { lateRefusal, refusal, verdict, type Refusal } from './refusal'
import { brokersFault, invalid } from './replica-faults'

type ReassignmentsRequest = ReceivedRequestOf<typeof Apis.AlterPartitionReassignments>

/** Moves partitions to other brokers, or calls moves off (KIP-455). */
export const alterPartitionReassignments = defineHandler(Apis.AlterPartitionReassignments, {
  handle(request, { cluster }) {
    const late = lateRefusal(request.timeoutMs)
    if (late !== undefined) return answer(request, errorCode(late.error), () => verdict(late))
    const { allowReplicationFactorChange: mayResize } = request
    return answer(request, 0, (topic, index, replicas) =>
      verdict(move({ topic, index, replicas, mayResize }, cluster)),
    )
  },

  refuse: (request, code) => answer(request, code, () => ({ errorCode: code, errorMessage: null })),
})

type Verdict = ReturnType<typeof verdict>

function answer(
  { topics, allowReplicationFactorChange }: ReassignmentsRequest,
  code: number,
  of: (topic: string, index: number, replicas: readonly number[] | null) => Verdict,
) {
  return {
    throttleTimeMs: 0,
    allowReplicationFactorChange,
    errorCode: code,
    errorMessage: null,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, replicas }) => ({
        partitionIndex,
        ...of(name, partitionIndex, replicas),
      })),
    })),
  }
}

interface Move {
  readonly topic: string
  readonly index: number
  /** Null calls the move off that goes on. */
  readonly replicas: readonly number[] | null
  /** To more replicas, or fewer. */
  readonly mayResize: boolean
}

function move({ topic, index, replicas, mayResize }: Move, cluster: Cluster): Refusal | undefined {
  const known = cluster.topics.get(topic)
  if (known === undefined) return unknown(`Unable to find a topic named ${topic}.`)
  const partition = known.partitions[index]
  if (partition === undefined) return unknown(`Unable to find partition ${topic}:${index}.`)
  if (replicas === null) return cancel(partition, cluster)
  const fault = brokersFault(replicas, cluster)
  if (fault !== undefined) return invalid(fault)
  const { length } = partition.moving?.from ?? partition.replicas
  if (!mayResize && length !== replicas.length)
    return refusal(
      'INVALID_REPLICATION_FACTOR',
      `The replication factor is changed from ${length} to ${replicas.length}`,
    )
  cluster.reassign(partition, replicas)
  return undefined
}

const unknown = (message: string): Refusal => refusal('UNKNOWN_TOPIC_OR_PARTITION', message)

function cancel(partition: Partition, cluster: Cluster): Refusal | undefined {
  if (partition.moving === undefined) return refusal('NO_REASSIGNMENT_IN_PROGRESS')
  cluster.cancelReassignment(partition)
  return undefined
}
