import { Apis } from '../../../src/protocol'
import { errorName } from './error-name'
import { eventually } from './eventually'
import { Partition } from './partition'
import type { Talk } from './talk'

const { AlterPartitionReassignments, ElectLeaders } = Apis

/** What a case asks that moves leaders while all brokers live. */
export const moving = { AlterPartitionReassignments: 0, ElectLeaders: 1, Metadata: 10 } as const

/**
 * Makes another replica the preferred leader and has it elected. Answers the partition as all brokers know it then: under
 * its new leader, in a later epoch.
 */
export async function moveLeader(talk: Talk, partition: Partition): Promise<Partition> {
  const { topic, index, leader } = partition
  const next = partition.replicas.find(id => id !== leader)!
  const replicas = [next, ...partition.replicas.filter(id => id !== next)]
  const reassigned = await talk.request(AlterPartitionReassignments, 0, {
    topics: [{ name: topic, partitions: [{ partitionIndex: index, replicas }] }],
  })
  const [answer] = reassigned.responses
  if (answer!.partitions[0]!.errorCode !== 0)
    throw new Error(`reassigning: ${errorName(answer!.partitions[0])}`)
  const topicPartitions = [{ topic, partitions: [index] }]
  const elect = () => talk.request(ElectLeaders, 1, { electionType: 0, topicPartitions })
  await eventually(elect, ({ replicaElectionResults: [one] }) =>
    ['NONE', 'ELECTION_NOT_NEEDED'].includes(errorName(one?.partitionResult[0])),
  )
  return ledBy(talk, next, topic, index)
}

/** The partition once all these brokers (default every one) know that this one leads it, and it does. */
export async function ledBy(
  talk: Talk,
  leader: number,
  topic: string,
  index = 0,
  brokers = talk.brokers,
): Promise<Partition> {
  for (const broker of brokers)
    await eventually(
      () => Partition.seenBy(talk, broker, topic, index),
      one => one.leader === leader,
    )
  return Partition.find(talk, topic, index, brokers[0])
}
