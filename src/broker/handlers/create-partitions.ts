import { Apis, type ReceivedRequestOf } from '../../protocol'
import type { Cluster, Topic } from '../cluster'
import { defineHandler } from './handler'
import { partRepeated } from './part-repeated'
import { lateRefusal, refusal, verdict, type Refusal } from './refusal'
import { invalid, replicasFault } from './replica-faults'

type CreatePartitionsRequest = ReceivedRequestOf<typeof Apis.CreatePartitions>
type GrowingTopic = CreatePartitionsRequest['topics'][number]
type Replicas = readonly (readonly number[])[]

/** What one request may write into the controllers' log, a record for each partition. */
const maxRecords = 10_000

/** Gives topics more partitions. */
export const createPartitions = defineHandler(Apis.CreatePartitions, {
  handle({ topics, timeoutMs, validateOnly }, { cluster }) {
    const late = lateRefusal(timeoutMs)
    if (late !== undefined) return answer(topics.map(({ name }) => ({ name, ...verdict(late) })))
    const { single, repeated } = partRepeated(topics.map(({ name }) => name))
    const growing = topics.filter(({ name }) => single.includes(name))
    const request = { validateOnly, room: maxRecords }
    return answer([
      ...repeated.map(name => ({ name, ...verdict(twice) })),
      ...growing.map(topic => ({ name: topic.name, ...verdict(grow(topic, request, cluster)) })),
    ])
  },

  refuse: ({ topics }, code) =>
    answer(topics.map(({ name }) => ({ name, errorCode: code, errorMessage: null }))),
})

const answer = <T>(results: readonly T[]) => ({ throttleTimeMs: 0, results })

const twice = refusal('INVALID_REQUEST', 'Duplicate topic name.')

interface Request {
  readonly validateOnly: boolean
  /** How many partitions may still be added. */
  room: number
}

function grow(wanted: GrowingTopic, request: Request, cluster: Cluster): Refusal | undefined {
  const topic = cluster.topics.get(wanted.name)
  if (topic === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION')
  const fault = countFault(wanted, topic)
  if (fault !== undefined) return refusal('INVALID_PARTITIONS', fault)
  const isPlaced = wanted.assignments === null
  // Asked before as many are placed; what a request lists by hand is judged by its faults first.
  if (isPlaced && wanted.count - topic.partitions.length > request.room) return tooMuch
  const added = isPlaced ? placed(wanted, topic, cluster) : chosen(wanted, topic, cluster)
  if ('error' in added) return added
  if (added.length > request.room) return tooMuch
  request.room -= added.length
  if (!request.validateOnly) cluster.addPartitions(topic, added)
  return undefined
}

/** Kafka has no better word for it. */
const tooMuch = refusal('UNKNOWN_SERVER_ERROR')

function countFault({ name, count }: GrowingTopic, { partitions: { length } }: Topic): string | undefined {
  if (count === length) return `Topic already has ${length} partition(s).`
  if (count > length) return undefined
  return `The topic ${name} currently has ${length} partition(s); ${count} would not be an increase.`
}

/** As many replicas as the partitions have that are there. */
const replicationOf = ({ partitions }: Topic): number => partitions[0]!.replicas.length

function placed({ count }: GrowingTopic, topic: Topic, cluster: Cluster): Replicas | Refusal {
  const first = topic.partitions.length
  const wanted = { first, partitions: count - first, replication: replicationOf(topic) }
  return cluster.place(wanted) ?? refusal('INVALID_REPLICATION_FACTOR')
}

function chosen({ count, assignments }: GrowingTopic, topic: Topic, cluster: Cluster): Replicas | Refusal {
  const first = topic.partitions.length
  const added = assignments!.map(({ brokerIds }) => brokerIds)
  if (added.length !== count - first)
    return invalid(
      `Attempted to add ${count - first} additional partition(s), but only ${added.length} assignment(s) were specified.`,
    )
  for (const [i, replicas] of added.entries()) {
    const place = { partition: first + i, replication: replicationOf(topic) }
    const fault = replicasFault(replicas, place, cluster)
    if (fault !== undefined) return fault
  }
  return added
}
