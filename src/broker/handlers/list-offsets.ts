import { toBigInt } from '../../kernel'
import { Apis, type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'
import { lastOfEach, type TopicShape } from './last-of-each'
import { codeOf, findLedIn } from './lookup'

type AskedTopic = ReceivedRequestOf<typeof Apis.ListOffsets>['topics'][number]
type AskedPartition = AskedTopic['partitions'][number]

/** Places that are asked for in place of a time. */
const place = {
  latest: -1n,
  earliest: -2n,
  maxTimestamp: -3n,
  earliestLocal: -4n,
  latestTiered: -5n,
  earliestPending: -6n,
}

/** The first version of each place that not all versions have. */
const placeSince = new Map([
  [place.maxTimestamp, 7],
  [place.earliestLocal, 8],
  [place.latestTiered, 9],
  [place.earliestPending, 11],
])
const isKnown = (wanted: bigint, version: number): boolean => version >= (placeSince.get(wanted) ?? 0)

interface Position {
  readonly offset: bigint
  readonly timestamp: bigint
  readonly leaderEpoch: number
}

const nowhere: Position = { offset: -1n, timestamp: -1n, leaderEpoch: -1 }

/** Offsets by time, and where logs start and end. */
export const listOffsets = defineHandler(Apis.ListOffsets, {
  handle({ topics, isolationLevel }, call) {
    const twice = askedTwice(topics)
    return {
      topics: lastOfEach(topics, shape).map(({ topic: { name }, partitions }) => ({
        name,
        partitions: partitions.map(asked =>
          twice.has(`${name} ${asked.partitionIndex}`)
            ? failure(asked.partitionIndex, 'INVALID_REQUEST')
            : answerTo(name, asked, isolationLevel, call),
        ),
      })),
    }
  },

  refuse: ({ topics }, code) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: code,
        oldStyleOffsets: [],
        ...nowhere,
      })),
    })),
  }),
})

const shape: TopicShape<AskedTopic, AskedPartition> = {
  key: ({ name }) => name,
  partitions: topic => topic.partitions,
  index: asked => asked.partitionIndex,
}

/** Kafka does not say which of two questions about one partition it would answer. */
function askedTwice(topics: readonly AskedTopic[]): ReadonlySet<string> {
  const all = topics.flatMap(({ name, partitions }) => partitions.map(one => `${name} ${one.partitionIndex}`))
  return new Set(all.filter((one, i) => all.indexOf(one) < i))
}

function answerTo(name: string, asked: AskedPartition, isolationLevel: number, call: Call) {
  const { partitionIndex } = asked
  const { found: partition, error } = findLedIn({ name }, partitionIndex, asked.currentLeaderEpoch, call)
  if (partition === undefined) return failure(partitionIndex, error)
  const wanted = toBigInt(asked.timestamp)
  if (call.version === 0)
    return { ...failure(partitionIndex), oldStyleOffsets: oldStyle(partition, wanted, asked) }
  const committed = isolationLevel === 1
  const position = isKnown(wanted, call.version) ? locate(partition, wanted, committed) : undefined
  if (position === undefined) return failure(partitionIndex, 'UNSUPPORTED_VERSION')
  return { partitionIndex, errorCode: 0, oldStyleOffsets: [], ...spoken(position, call.version) }
}

/** Before version 4 an answer has no place for the epoch. */
function spoken({ offset, timestamp, leaderEpoch }: Position, version: number): Partial<Position> {
  return version < 4 ? { offset, timestamp } : { offset, timestamp, leaderEpoch }
}

const failure = (partitionIndex: number, error?: ErrorName) => ({
  partitionIndex,
  errorCode: codeOf(error),
  oldStyleOffsets: [],
  ...nowhere,
})

/** undefined for a place that there is no such. */
function locate(partition: Partition, wanted: bigint, committed: boolean): Position | undefined {
  const { log, leaderEpoch } = partition
  const end = committed ? partition.lastStableOffset : partition.highWatermark
  if (wanted >= 0n) return before(end, log.offsetForTime(wanted))
  switch (wanted) {
    case place.latest:
      return { offset: end, timestamp: -1n, leaderEpoch }
    case place.earliest:
    case place.earliestLocal:
      return {
        offset: log.startOffset,
        timestamp: -1n,
        leaderEpoch: log.epochAt(log.startOffset) ?? leaderEpoch,
      }
    case place.maxTimestamp:
      return before(end, log.maxTimestamp())
    case place.latestTiered:
    case place.earliestPending:
      return nowhere
    default:
      return undefined
  }
}

/** A record that the reader may not see yet is none. */
function before(end: bigint, found: Position | undefined): Position {
  return found !== undefined && found.offset < end ? found : nowhere
}

/** Version 0 lists where segments start; here a log is one segment. */
function oldStyle(
  { log, highWatermark }: Partition,
  wanted: bigint,
  { maxNumOffsets }: AskedPartition,
): bigint[] {
  if (wanted === place.earliest) return [log.startOffset].slice(0, maxNumOffsets)
  return [...new Set([highWatermark, log.startOffset])].slice(0, maxNumOffsets)
}
