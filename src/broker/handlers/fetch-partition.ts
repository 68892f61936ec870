import { toBigInt } from '../../kernel'
import type { Apis } from '../../protocol'
import { type ErrorName, type ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { Call } from './call'
import { codeOf, findLedIn, leaderHint, type TopicRef } from './lookup'

type AskedPartition = ReceivedRequestOf<typeof Apis.Fetch>['topics'][number]['partitions'][number]

/** What was read of one partition. */
export interface PartitionRead {
  readonly bytes: number
  /** Nobody knows this partition. */
  readonly isUnknown: boolean
  /** The reader's log and ours have parted, which is to be told at once. */
  readonly isDiverging: boolean
  readonly answer: {
    readonly partitionIndex: number
    readonly errorCode: number
    readonly highWatermark: bigint
    readonly lastStableOffset?: bigint
    readonly logStartOffset?: bigint
    readonly divergingEpoch?: { epoch: number; endOffset: bigint }
    readonly currentLeader?: { leaderId: number; leaderEpoch: number }
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
}

/** Before it limits are strict, and batches are in older formats. */
const firstWithBatches = 4
const firstWithMinOneBatch = 3
const firstWithTimes = 2

export function readPartition(ref: TopicRef, asked: AskedPartition, room: Room, call: Call): PartitionRead {
  const { found: partition, error } = findLedIn(ref, asked.partition, asked.currentLeaderEpoch, call)
  if (partition === undefined) return failure(asked, error, leaderHint(ref, asked.partition, error, call))
  if (isNonsense(asked, room)) return failure(asked, 'UNKNOWN_SERVER_ERROR')
  const from = toBigInt(asked.fetchOffset)
  const { log, highWatermark } = partition
  const diverging = divergence(partition, asked)
  if (diverging)
    return { bytes: 0, isUnknown: false, isDiverging: true, answer: { ...stateOf(partition), ...diverging } }
  if (from < log.startOffset || from > highWatermark) return failure(asked, 'OFFSET_OUT_OF_RANGE')
  const committed = room.isolationLevel === 1
  const upTo = committed ? log.lastStableOffset : highWatermark
  const limit = Math.min(room.room, asked.partitionMaxBytes)
  const { version } = call
  const minOneBatch = room.isEmpty && version >= firstWithMinOneBatch
  const how = { minOneBatch, upTo, cut: cutFor(version) }
  const chunks = log.read(from, limit, how)
  const records = version >= firstWithBatches ? joined(chunks) : convert(partition, chunks, from, version)
  if (typeof records === 'string') return failure(asked, records)
  const abortedTransactions = committed ? log.abortedTransactions(from, upTo) : null
  return {
    bytes: records.length,
    isUnknown: false,
    isDiverging: false,
    answer: { ...stateOf(partition), abortedTransactions, records },
  }
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

function stateOf({ index, log, highWatermark }: Partition) {
  return {
    partitionIndex: index,
    errorCode: 0,
    highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.startOffset,
    abortedTransactions: null,
    records: Buffer.alloc(0),
  }
}

/** Where the log as the reader knows it ends to be ours (KIP-595). */
function divergence({ log }: Partition, { lastFetchedEpoch, fetchOffset }: AskedPartition) {
  if (lastFetchedEpoch === -1) return undefined
  const { leaderEpoch: epoch, endOffset } = log.endOffsetOf(lastFetchedEpoch)
  const isOurs = epoch === lastFetchedEpoch && endOffset >= toBigInt(fetchOffset)
  return isOurs || epoch === -1 ? undefined : { divergingEpoch: { epoch, endOffset } }
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
  return { bytes: 0, isUnknown: unknown.has(error), isDiverging: false, answer }
}
