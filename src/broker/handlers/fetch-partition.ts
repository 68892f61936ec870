import { toBigInt } from '../../kernel'
import type { Apis, ErrorName, ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { Call } from './call'
import { nearerReplica } from './nearer-replica'
import { codeOf, findLedIn, findTopic, hintsSince, leaderHint, type Found, type TopicRef } from './lookup'

type AskedPartition = ReceivedRequestOf<typeof Apis.Fetch>['topics'][number]['partitions'][number]

/** What was read of one partition. */
export interface PartitionRead {
  readonly bytes: number
  /** Nobody knows this partition. */
  readonly isUnknown: boolean
  /**
   * There is something to tell at once: another replica is nearer, the reader's log and ours have parted, or it is ahead
   * of the high watermark.
   */
  readonly endsWait: boolean
  readonly answer: {
    readonly partitionIndex: number
    readonly errorCode: number
    readonly highWatermark: bigint
    readonly lastStableOffset?: bigint
    readonly logStartOffset?: bigint
    readonly divergingEpoch?: { epoch: number; endOffset: bigint }
    readonly currentLeader?: { leaderId: number; leaderEpoch: number }
    readonly preferredReadReplica?: number
    readonly abortedTransactions: readonly { producerId: bigint; firstOffset: bigint }[] | null
    readonly records: Buffer | null
  }
}

/** How much of the answer is left for this partition. */
export interface Room {
  readonly room: number
  /** Nothing is in the answer yet: a first batch comes whatever its size (KIP-74). */
  readonly isEmpty: boolean
  /** 1: only what is committed. */
  readonly isolationLevel: number
  /** Where the reader is; empty when it does not say. */
  readonly rackId: string
  /** Only about how many bytes there are is of interest, in the log's format: nothing is read. */
  readonly isEstimate?: boolean
}

/** Before it limits are strict, and batches are in older formats. */
const firstWithBatches = 4
const firstWithMinOneBatch = 3
const firstWithTimes = 2
const firstFromFollowers = 11

export function readPartition(ref: TopicRef, asked: AskedPartition, room: Room, call: Call): PartitionRead {
  const { found: partition, error } = findReadable(ref, asked, call)
  if (partition === undefined) {
    const hint = call.version < hintsSince.fetch ? undefined : leaderHint(ref, asked.partition, error, call)
    return failure(asked, error, hint)
  }
  if (isNonsense(asked, room)) return failure(asked, 'UNKNOWN_SERVER_ERROR')
  const from = toBigInt(asked.fetchOffset)
  const { log, highWatermark } = partition
  const nearer = nearerReplica(partition, { rackId: room.rackId, from }, call)
  if (nearer !== undefined) return atOnce(partition, { preferredReadReplica: nearer })
  const diverging = divergence(partition, asked)
  if (diverging === 'unknown') return failure(asked, 'OFFSET_OUT_OF_RANGE')
  if (diverging) return atOnce(partition, { divergingEpoch: diverging })
  if (from < log.startOffset || from > log.endOffset) return failure(asked, 'OFFSET_OUT_OF_RANGE')
  if (from > highWatermark) return atOnce(partition, {})
  const committed = room.isolationLevel === 1
  const upTo = committed ? partition.lastStableOffset : highWatermark
  const limit = Math.min(room.room, asked.partitionMaxBytes)
  if (room.isEstimate) {
    const bytes = Math.min(limit, log.bytesBetween(from, upTo))
    return { bytes, isUnknown: false, endsWait: false, answer: stateOf(partition) }
  }
  const { version } = call
  const minOneBatch = room.isEmpty && version >= firstWithMinOneBatch
  const chunks = log.read(from, limit, { minOneBatch, upTo, cut: cutFor(version) })
  const records = version >= firstWithBatches ? joined(chunks) : convert(partition, chunks, from, version)
  if (typeof records === 'string') return failure(asked, records)
  const abortedTransactions = committed ? log.abortedTransactions(from, records.length) : null
  return {
    bytes: records.length,
    isUnknown: false,
    endsWait: false,
    answer: { ...stateOf(partition), abortedTransactions, records },
  }
}

/** From some version on a replica that is no leader serves readers too (KIP-392). */
function findReadable(
  ref: TopicRef,
  { partition, currentLeaderEpoch }: AskedPartition,
  call: Call,
): Found<Partition> {
  const led = findLedIn(ref, partition, currentLeaderEpoch, call)
  if (led.error !== 'NOT_LEADER_OR_FOLLOWER' || call.version < firstFromFollowers) return led
  const { found: topic } = findTopic(ref, call)
  const followed = topic?.partitions[partition]
  if (followed === undefined || followed.leader === -1 || call.injected(topic!.name, partition)) return led
  return followed.isr.includes(call.broker.id) ? { found: followed } : led
}

/** What Kafka stumbles over. */
function isNonsense({ partitionMaxBytes }: AskedPartition, { room, isolationLevel }: Room): boolean {
  return partitionMaxBytes < 0 || room < 0 || isolationLevel < 0 || isolationLevel > 1
}

/** A client of strict limits learns from a first batch cut off that it has to ask for more. */
function cutFor(version: number): 'nothing' | 'last' | 'any' {
  if (version < firstWithMinOneBatch) return 'any'
  return version < firstWithBatches ? 'nothing' : 'last'
}

/** Message sets in the format of that time. */
function convert({ log }: Partition, batches: readonly Buffer[], from: bigint, version: number) {
  const sets = log.downConvert(batches, version < firstWithTimes ? 0 : 1, from)
  return Array.isArray(sets) ? joined(sets) : sets.error
}

const joined = (chunks: readonly Buffer[]) => (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))

function stateOf({ index, log, highWatermark, lastStableOffset }: Partition) {
  return {
    partitionIndex: index,
    errorCode: 0,
    highWatermark,
    lastStableOffset,
    logStartOffset: log.startOffset,
    abortedTransactions: null,
    records: Buffer.alloc(0),
  }
}

/** Nothing to read, but something to tell. */
function atOnce(partition: Partition, told: Partial<PartitionRead['answer']>): PartitionRead {
  return { bytes: 0, isUnknown: false, endsWait: true, answer: { ...stateOf(partition), ...told } }
}

/** Where the log as the reader knows it ends to be ours (KIP-595); 'unknown' for an epoch that never was. */
function divergence(
  { log }: Partition,
  { lastFetchedEpoch, fetchOffset }: AskedPartition,
): 'unknown' | { epoch: number; endOffset: bigint } | undefined {
  if (lastFetchedEpoch === -1) return undefined
  const { leaderEpoch: epoch, endOffset } = log.endOffsetOf(lastFetchedEpoch)
  if (epoch === -1) return 'unknown'
  const isOurs = epoch === lastFetchedEpoch && endOffset >= toBigInt(fetchOffset)
  return isOurs ? undefined : { epoch, endOffset }
}

const unknown = new Set<ErrorName>(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID'])

function failure(
  { partition }: AskedPartition,
  error: ErrorName,
  currentLeader?: { leaderId: number; leaderEpoch: number },
): PartitionRead {
  const none = { highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, abortedTransactions: null }
  const hint = currentLeader && { currentLeader }
  const answer = {
    partitionIndex: partition,
    errorCode: codeOf(error),
    ...none,
    records: Buffer.alloc(0),
    ...hint,
  }
  return { bytes: 0, isUnknown: unknown.has(error), endsWait: false, answer }
}
