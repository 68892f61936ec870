import { ArgumentError, asKafkaError } from '../kernel'
import { pause, retryPause, troubleOf, type Cluster } from '../client'
import { brokerError } from '../protocol'
import type { SessionContext } from './session-context'

const unknownTopicOrPartition = 3

/**
 * The partitions to read, once the topic is known; asks until it is, or nothing is to be fetched any more. Raises
 * what no waiting mends.
 */
export async function partitionsOf(context: SessionContext): Promise<readonly number[]> {
  const { client, topic, emit, fetching } = context
  const trouble = troubleOf(client.settings)
  for (let attempt = 0; !fetching.aborted; attempt++) {
    try {
      return chosenOf(context, await client.router.metadata.refresh([topic]))
    } catch (thrown) {
      const error = asKafkaError(thrown, `metadata of ${topic}`)
      if (!error.retriable) throw error
      emit({ type: 'waiting-for-topic', topic, error })
      trouble.goesOn(() => `a consumer waits for topic ${topic}: ${error.message}`)
    }
    await pause(client.settings.clock, retryPause(client.settings, attempt), fetching)
  }
  return []
}

function chosenOf({ topic, settings }: SessionContext, cluster: Cluster): readonly number[] {
  const known = cluster.topics.get(topic)?.partitions
  if (known === undefined || known.size === 0) {
    throw brokerError(cluster.topicErrors.get(topic) ?? unknownTopicOrPartition, `metadata of ${topic}`)
  }
  const { partitions = [...known.keys()].sort((a, b) => a - b) } = settings
  if (partitions.every(partition => known.has(partition))) return partitions
  throw new ArgumentError(
    'consumer option partitions',
    `[${partitions.join(', ')}]`,
    `partitions of ${topic}, which has 0 to ${known.size - 1}`,
  )
}
