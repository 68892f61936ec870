import { Apis } from '../../protocol'
import { addingIn, removingIn, type Partition } from '../cluster'
import { defineHandler } from './handler'

/** The partitions on the move to other brokers (KIP-455). */
export const listPartitionReassignments = defineHandler(Apis.ListPartitionReassignments, {
  handle({ topics }, { cluster }) {
    const asked =
      topics ??
      [...cluster.topics].map(({ name, partitions }) => ({
        name,
        partitionIndexes: [...partitions.keys()],
      }))
    const told = asked.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.flatMap(index => movesOf(cluster.topics.get(name)?.partitions[index])),
    }))
    return { ...answer(0), topics: told.filter(({ partitions }) => partitions.length > 0) }
  },

  refuse: (_request, code) => answer(code),
})

function movesOf(partition: Partition | undefined) {
  if (partition?.moving === undefined) return []
  const { index, replicas, moving } = partition
  return [
    {
      partitionIndex: index,
      replicas,
      addingReplicas: addingIn(moving),
      removingReplicas: removingIn(moving),
    },
  ]
}

const answer = (code: number) => ({ throttleTimeMs: 0, errorCode: code, errorMessage: null, topics: [] })
