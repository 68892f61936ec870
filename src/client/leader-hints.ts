import type { Api } from '../protocol'
import type { BrokerNode, LeaderHint } from './cluster'

/** Where in an answer the leaders are that its errors name (KIP-951). */
interface HintRow {
  /** Field of a topic with its name. */
  readonly name: string
  /** Field of a topic that lists partitions. */
  readonly partitions: string
  /** Field of a partition with its number. */
  readonly index: string
}

const rows: Readonly<Record<string, HintRow>> = {
  Produce: { name: 'name', partitions: 'partitionResponses', index: 'index' },
  Fetch: { name: 'topic', partitions: 'partitions', index: 'partitionIndex' },
}

type Body = Readonly<Record<string, unknown>>

interface CurrentLeader {
  readonly leaderId: number
  readonly leaderEpoch: number
}

interface Endpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** The leaders that an answer names, and the addresses it gives of them. */
export function leadersIn(
  api: Api,
  response: object,
  nameOf: (topicId: string) => string | undefined,
): { readonly hints: readonly LeaderHint[]; readonly brokers: readonly BrokerNode[] } {
  const row = rows[api.name]
  if (row === undefined) return { hints: [], brokers: [] }
  const body = response as Body
  const endpoints = body['nodeEndpoints'] as readonly Endpoint[]
  const hints = listOf(body, 'responses').flatMap(topic => {
    const name = (topic[row.name] as string) || nameOf(topic['topicId'] as string)
    return name === undefined ? [] : listOf(topic, row.partitions).flatMap(told => hintIn(row, name, told))
  })
  return { hints, brokers: endpoints.map(({ nodeId, ...address }) => ({ id: nodeId, ...address })) }
}

function hintIn(row: HintRow, topic: string, told: Body): LeaderHint[] {
  const { leaderId, leaderEpoch } = told['currentLeader'] as CurrentLeader
  if (told['errorCode'] === 0 || leaderId < 0) return []
  return [{ topic, partition: told[row.index] as number, leaderId, leaderEpoch }]
}

function listOf(body: Body, field: string): readonly Body[] {
  return body[field] as readonly Body[]
}
