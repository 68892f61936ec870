import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { Cluster, Partition } from '../cluster'
import { defineHandler } from './handler'
import { lateRefusal, refusal, verdict, type Refusal } from './refusal'

type AskedTopics = NonNullable<ReceivedRequestOf<typeof Apis.ElectLeaders>['topicPartitions']>
type Election = (partition: Partition, cluster: Cluster) => Refusal | undefined

/** By Kafka's numbers. */
const elections: Readonly<Record<number, Election>> = { 0: electPreferred, 1: electAny }

/** Has leaders chosen anew. */
export const electLeaders = defineHandler(Apis.ElectLeaders, {
  handle({ electionType, topicPartitions, timeoutMs }, { cluster, version }) {
    const late = lateRefusal(timeoutMs)
    if (late !== undefined) return refused(topicPartitions ?? [], late, version)
    const elect = elections[version === 0 ? 0 : electionType]
    if (elect === undefined) return refused(topicPartitions ?? [], unknownType(electionType), version)
    const replicaElectionResults =
      topicPartitions === null ? electAll(elect, cluster) : electThese(topicPartitions, elect, cluster)
    return { throttleTimeMs: 0, replicaElectionResults, ...topLevel(0, version) }
  },

  refuse: ({ topicPartitions }, code, { version }) => ({
    throttleTimeMs: 0,
    ...topLevel(code, version),
    replicaElectionResults: each(topicPartitions ?? [], () => ({ errorCode: code, errorMessage: null })),
  }),
})

const topLevel = (code: number, version: number) => ({ errorCode: version === 0 ? 0 : code })

const unknownType = (type: number): Refusal => refusal('INVALID_REQUEST', `Unknown election type ${type}`)

function refused(topics: AskedTopics, why: Refusal, version: number) {
  return {
    throttleTimeMs: 0,
    ...topLevel(errorCode(why.error), version),
    replicaElectionResults: each(topics, () => verdict(why)),
  }
}

function each(topics: AskedTopics, result: (topic: string, partition: number) => ReturnType<typeof verdict>) {
  return topics.map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map(partitionId => ({ partitionId, ...result(topic, partitionId) })),
  }))
}

function electThese(topics: AskedTopics, elect: Election, cluster: Cluster) {
  return each(topics, (name, index) => {
    const topic = cluster.topics.get(name)
    if (topic === undefined) return verdict(unknown(`No such topic as ${name}`))
    const partition = topic.partitions[index]
    if (partition === undefined) return verdict(unknown(`No such partition as ${name}-${index}`))
    return verdict(elect(partition, cluster))
  })
}

const unknown = (message: string): Refusal => refusal('UNKNOWN_TOPIC_OR_PARTITION', message)

/** Every topic is told, with those partitions only that needed an election. */
function electAll(elect: Election, cluster: Cluster) {
  return [...cluster.topics].map(({ name, partitions }) => ({
    topic: name,
    partitionResult: partitions.flatMap(partition => {
      const fault = elect(partition, cluster)
      return fault === notNeeded ? [] : [{ partitionId: partition.index, ...verdict(fault) }]
    }),
  }))
}

const notNeeded = refusal('ELECTION_NOT_NEEDED', 'Leader election not needed for topic partition.')

/** Back to the first replica. */
function electPreferred(partition: Partition, cluster: Cluster): Refusal | undefined {
  const [preferred] = partition.replicas
  if (partition.leader === preferred) return notNeeded
  if (partition.leader === -1 || !isReady(preferred!, partition, cluster))
    return refusal('PREFERRED_LEADER_NOT_AVAILABLE', 'The preferred leader was not available.')
  cluster.moveLeader(partition, preferred!)
  return undefined
}

function isReady(broker: number, { isr }: Partition, { aliveBrokers }: Cluster): boolean {
  return isr.includes(broker) && aliveBrokers.includes(broker)
}

/** Where nobody in sync is left, whoever is left. */
function electAny(partition: Partition, cluster: Cluster): Refusal | undefined {
  if (partition.leader !== -1) return notNeeded
  const left = partition.replicas.filter(id => cluster.aliveBrokers.includes(id))
  if (left.length === 0)
    return refusal('ELIGIBLE_LEADERS_NOT_AVAILABLE', 'Eligible topic partition leaders are not available.')
  cluster.moveLeader(partition, left[0]!, left)
  return undefined
}
