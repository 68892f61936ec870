import { asKafkaError, partitionKey, ProtocolError, type KafkaError, type TopicPartition } from '../../kernel'
import { brokerError, errorCode, type Api } from '../../protocol'
import type { Answer, Broker, Sending } from '../broker'
import { type Call } from '../call'
import type { Cluster } from '../cluster'
import type { Router } from '../router'
import type { Outcome } from './fan-out'

/** How payloads of one kind travel: one request per leader, and what its answer says of each. */
export interface LeaderExchange<A extends Api, P extends TopicPartition, R> {
  readonly router: Router
  readonly call: Call
  readonly sending: (payloads: readonly P[], cluster: Cluster) => Sending<A>
  readonly outcomes: (answer: Answer<A>, payloads: readonly P[]) => Map<string, Outcome<R>>
}

/** Sends each payload to the leader of its partition, all brokers side by side; answers in payload order. */
export async function attemptByLeader<A extends Api, P extends TopicPartition, R>(
  exchange: LeaderExchange<A, P, R>,
  payloads: readonly P[],
): Promise<readonly Outcome<R>[]> {
  const { router, call } = exchange
  const found = new Map<P, Outcome<R>>()
  let cluster: Cluster
  try {
    cluster = await router.metadata.within(
      call,
      router.metadata.of([...new Set(payloads.map(({ topic }) => topic))]),
    )
  } catch (error) {
    return payloads.map(() => ({ error: asKafkaError(error, call.what) }))
  }
  const byBroker = new Map<Broker, P[]>()
  for (const payload of payloads) {
    try {
      const broker = leaderOf(router, cluster, payload, call.what)
      const list = byBroker.get(broker)
      if (list) list.push(payload)
      else byBroker.set(broker, [payload])
    } catch (error) {
      found.set(payload, { error: asKafkaError(error, call.what) })
    }
  }
  await Promise.all([...byBroker].map(([broker, list]) => ask(exchange, cluster, broker, list, found)))
  return payloads.map(payload => found.get(payload)!)
}

async function ask<A extends Api, P extends TopicPartition, R>(
  { router, call, sending, outcomes }: LeaderExchange<A, P, R>,
  cluster: Cluster,
  broker: Broker,
  payloads: readonly P[],
  found: Map<P, Outcome<R>>,
): Promise<void> {
  try {
    const request = sending(payloads, cluster)
    const answer = await broker.request(request, call)
    const told = outcomes(answer, payloads)
    const where = `${request.api.name} v${answer.version} response`
    for (const payload of payloads) {
      const outcome = told.get(partitionKey(payload)) ?? { error: unanswered(where, payload) }
      const isCured = 'error' in outcome && isLedElsewhere(router.metadata.cluster, payload, broker)
      found.set(payload, isCured ? { ...outcome, isCured } : outcome)
    }
  } catch (error) {
    for (const payload of payloads) found.set(payload, { error: asKafkaError(error, call.what) })
  }
}

/** Whether we have learned meanwhile, perhaps from the answer itself (KIP-951), that another broker leads. */
function isLedElsewhere(cluster: Cluster, { topic, partition }: TopicPartition, asked: Broker): boolean {
  const leader = cluster.partition(topic, partition)?.leader ?? -1
  return leader >= 0 && leader !== asked.id
}

const unknownTopicOrPartition = errorCode('UNKNOWN_TOPIC_OR_PARTITION')
const leaderNotAvailable = errorCode('LEADER_NOT_AVAILABLE')

/** The broker that leads the partition. Raises a retriable BrokerError while nobody is known to. */
export function leaderOf(router: Router, cluster: Cluster, at: TopicPartition, what: string): Broker {
  const known = cluster.partition(at.topic, at.partition)
  const where = `${what}, ${at.topic}/${at.partition}`
  if (!known) {
    const code = cluster.topicErrors.get(at.topic) ?? unknownTopicOrPartition
    throw brokerError(code, where, code === unknownTopicOrPartition ? unknownText(cluster, at) : null)
  }
  if (known.leader < 0) throw brokerError(leaderNotAvailable, where)
  return router.node(known.leader, where)
}

function unknownText(cluster: Cluster, { topic }: TopicPartition): string {
  const known = cluster.topics.get(topic)
  if (!known) return 'there is no such topic (yet); check its name, or create it'
  return `the topic has ${known.partitions.size} partitions, numbered from 0`
}

/** The answer must speak of every partition that was asked about. */
export function unanswered(where: string, { topic, partition }: TopicPartition): KafkaError {
  return new ProtocolError(
    where,
    `${topic}/${partition}`,
    0,
    'the broker left this partition out of its answer',
  )
}
