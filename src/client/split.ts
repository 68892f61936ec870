import { ArgumentError } from '../kernel'

/**
 * Where in a body the partitions are, for APIs that only the leader of a partition answers. `request(api, body)`
 * splits such a body by leader and joins the answers.
 */
export interface SplitRow {
  /** Field of the request that lists topics. */
  readonly topics: string
  /** Field of a topic with its name. */
  readonly name: string
  /** Field of a topic that lists partitions. */
  readonly partitions: string
  /** Field of a partition with its number; absent when the list is of numbers. */
  readonly index?: string
  /** Field of the response that lists topics. */
  readonly answers: string
}

export const splitRows: Readonly<Record<string, SplitRow>> = {
  Produce: {
    topics: 'topicData',
    name: 'name',
    partitions: 'partitionData',
    index: 'index',
    answers: 'responses',
  },
  Fetch: {
    topics: 'topics',
    name: 'topic',
    partitions: 'partitions',
    index: 'partition',
    answers: 'responses',
  },
  ListOffsets: {
    topics: 'topics',
    name: 'name',
    partitions: 'partitions',
    index: 'partitionIndex',
    answers: 'topics',
  },
  OffsetForLeaderEpoch: {
    topics: 'topics',
    name: 'topic',
    partitions: 'partitions',
    index: 'partition',
    answers: 'topics',
  },
  DeleteRecords: {
    topics: 'topics',
    name: 'name',
    partitions: 'partitions',
    index: 'partitionIndex',
    answers: 'topics',
  },
  DescribeProducers: { topics: 'topics', name: 'name', partitions: 'partitionIndexes', answers: 'topics' },
}

type Body = Readonly<Record<string, unknown>>

/** Names of the topics in a body; with topic ids only, the caller says which broker he means. */
export function topicsIn(row: SplitRow, body: Body): readonly string[] {
  return listOf(body, row.topics).map(topic => {
    const name = topic[row.name]
    if (typeof name !== 'string' || name === '') {
      throw new ArgumentError(
        `${row.topics}[].${row.name}`,
        name,
        'a topic name, or { broker } to say who is asked',
      )
    }
    return name
  })
}

/** The body in parts, one per leader. `leaderOf` throws for a partition without one. */
export function splitByLeader<Leader>(
  row: SplitRow,
  body: Body,
  leaderOf: (topic: string, partition: number) => Leader,
): Map<Leader, Body> {
  const parts = new Map<Leader, Map<Body, unknown[]>>()
  for (const topic of listOf(body, row.topics)) {
    for (const partition of listOf(topic, row.partitions)) {
      const index = row.index === undefined ? partition : partition[row.index]
      const leader = leaderOf(topic[row.name] as string, index as number)
      const topics = parts.get(leader) ?? new Map<Body, unknown[]>()
      parts.set(leader, topics)
      const list = topics.get(topic)
      if (list) list.push(partition)
      else topics.set(topic, [partition])
    }
  }
  return new Map(
    [...parts].map(([leader, topics]) => [leader, { ...body, [row.topics]: rebuilt(row, topics) }]),
  )
}

function rebuilt(row: SplitRow, topics: ReadonlyMap<Body, unknown[]>): Body[] {
  return [...topics].map(([topic, partitions]) => ({ ...topic, [row.partitions]: partitions }))
}

/** One answer of several: all topics, the longest throttle, the first error of a whole answer. */
export function joinAnswers(row: SplitRow, answers: readonly Body[]): Body {
  const errors = answers.map(answer => answer['errorCode'] as number | undefined)
  return {
    ...answers[0],
    throttleTimeMs: Math.max(
      0,
      ...answers.map(answer => (answer['throttleTimeMs'] as number | undefined) ?? 0),
    ),
    ...(errors[0] === undefined ? {} : { errorCode: errors.find(code => code !== 0) ?? 0 }),
    [row.answers]: answers.flatMap(answer => listOf(answer, row.answers)),
  }
}

function listOf(body: Body, field: string): readonly Body[] {
  const list = body[field]
  return Array.isArray(list) ? (list as readonly Body[]) : []
}
