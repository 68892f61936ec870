import {
  asKafkaError,
  byTopic,
  partitionKey,
  toBigInt,
  UnsupportedError,
  type KafkaError,
  type TopicPartition,
} from '../kernel'
import { attemptByLeader, runCall, type Answer, type Cluster, type Sending } from '../client'
import { brokerError, OffsetForLeaderEpoch } from '../protocol'
import type { Position } from './position'
import type { SessionContext } from './session-context'

/** Where the leader's log ends to be what a reader knows; offset and epoch are -1 when it does not know the epoch. */
export type EpochEnd = { readonly response: Position } | { readonly error: KafkaError }

interface Asked extends TopicPartition {
  /** That of the last message read. */
  readonly leaderEpoch: number
}

/** Before it brokers answer other brokers only. */
const firstForConsumers = 3

/**
 * Asks the leaders once where these epochs end (KIP-320); answers in their order. UnsupportedError from brokers that
 * are too old. Never throws.
 */
export async function epochEnds(
  { client, fetching }: SessionContext,
  asked: readonly Asked[],
): Promise<readonly EpochEnd[]> {
  const { clock, timeoutMs } = client.settings
  const plan = { clock, what: 'validation of positions', timeoutMs, abandoned: fetching }
  try {
    return await runCall(plan, call =>
      attemptByLeader({ router: client.router, call, sending, outcomes }, asked),
    )
  } catch (error) {
    return asked.map(() => ({ error: asKafkaError(error, plan.what) }))
  }
}

function sending(asked: readonly Asked[], cluster: Cluster): Sending<typeof OffsetForLeaderEpoch> {
  return {
    api: OffsetForLeaderEpoch,
    purpose: 'main',
    body: version => {
      if (version < firstForConsumers) throw new UnsupportedError(`OffsetForLeaderEpoch v${version}`)
      const topics = [...byTopic(asked)].map(([topic, list]) => ({
        topic,
        partitions: list.map(({ partition, leaderEpoch }) => ({
          partition,
          leaderEpoch,
          currentLeaderEpoch: cluster.partition(topic, partition)?.leaderEpoch ?? -1,
        })),
      }))
      return { replicaId: -1, topics }
    },
  }
}

function outcomes({ response, version, broker }: Answer<typeof OffsetForLeaderEpoch>): Map<string, EpochEnd> {
  const found = new Map<string, EpochEnd>()
  for (const { topic, partitions } of response!.topics)
    for (const { partition, errorCode, leaderEpoch, endOffset } of partitions) {
      const where = `OffsetForLeaderEpoch v${version} -> ${broker.name}, ${topic}/${partition}`
      found.set(
        partitionKey({ topic, partition }),
        errorCode === 0
          ? { response: { offset: toBigInt(endOffset), leaderEpoch } }
          : { error: brokerError(errorCode, where) },
      )
    }
  return found
}
