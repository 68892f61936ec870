import type { Clock, KafkaClient, TopicInfo } from 'rx-kafka'
import { brokerError, errorCode } from 'rx-kafka/protocol'
import { Failure } from './failure'

/** A topic that was just made is not known to every broker at once, in ms. */
const patienceMs = 1000
const pauseMs = 100

/** The topic as the cluster knows it; fails when there is no such topic, or it may not be seen. */
export async function findTopic(client: KafkaClient, clock: Clock, name: string): Promise<TopicInfo> {
  const deadline = clock.monotonic() + patienceMs
  for (;;) {
    const { topics, topicErrors } = await client.loadMetadataForTopics(name)
    const topic = topics.get(name)
    if (topic && hasLeaders(topic)) return topic
    const error = brokerError(topicErrors.get(name) ?? errorCode('LEADER_NOT_AVAILABLE'), `topic ${name}`)
    const isPatient = error.retriable && clock.monotonic() < deadline
    if (!isPatient && topic) return topic
    if (!isPatient && error.code === errorCode('UNKNOWN_TOPIC_OR_PARTITION')) throw unknown(name)
    if (!isPatient) throw error
    await new Promise<void>(resolve => void clock.after(pauseMs, resolve))
  }
}

function hasLeaders({ partitions }: TopicInfo): boolean {
  return [...partitions.values()].every(({ leader }) => leader >= 0)
}

function unknown(name: string): Failure {
  return new Failure(`topic ${name} does not exist; rx-kafka topics create ${name} makes it`)
}

/** The partitions to work on: the chosen ones, which the topic must have, or all. */
export function partitionsOf({ name, partitions }: TopicInfo, chosen: readonly number[]): readonly number[] {
  const all = [...partitions.keys()].sort((a, b) => a - b)
  const missing = chosen.find(partition => !partitions.has(partition))
  if (missing === undefined) return chosen.length === 0 ? all : [...new Set(chosen)]
  throw new Failure(`topic ${name} has no partition ${missing}; it has ${all.length}, numbered from 0`)
}
