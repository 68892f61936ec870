import type { ReceivedMessage } from '../../kernel'
import { readBatches } from '../../protocol'
import type { LogSource } from './append-context'
import type { StoredBatch } from './stored-batch'

/** A record found by its time, as ListOffsets answers it. */
export interface TimedOffset {
  readonly offset: bigint
  /** Milliseconds since the epoch. */
  readonly timestamp: bigint
  readonly leaderEpoch: number
}

/**
 * The first record from `startOffset` on whose time is not before this one, in the order of offsets. Only batches that
 * may hold it are opened.
 */
export function findTime(
  batches: Iterable<StoredBatch>,
  timestamp: bigint,
  startOffset: bigint,
  source: LogSource,
): TimedOffset | undefined {
  for (const batch of batches) {
    if (batch.maxTimestamp < timestamp) continue
    const found = recordsOf(batch, source).find(
      record => record.timestamp >= timestamp && record.offset >= startOffset,
    )
    if (found !== undefined) return timedOffset(found, batch)
  }
  return undefined
}

/**
 * The first record with the newest time of all (KIP-734); undefined for a log without batches. As in Kafka a batch
 * that is kept is looked at as a whole, even where the log starts in the midst of it.
 */
export function findNewest(batches: Iterable<StoredBatch>, source: LogSource): TimedOffset | undefined {
  let newest: StoredBatch | undefined
  for (const batch of batches)
    if (newest === undefined || batch.maxTimestamp > newest.maxTimestamp) newest = batch
  if (newest === undefined) return undefined
  const { maxTimestamp } = newest
  const record = recordsOf(newest, source).find(({ timestamp }) => timestamp === maxTimestamp)
  return record && timedOffset(record, newest)
}

function timedOffset({ offset, timestamp }: ReceivedMessage, { leaderEpoch }: StoredBatch): TimedOffset {
  return { offset, timestamp, leaderEpoch }
}

/** Of bytes that the log has checked before. */
function recordsOf({ bytes }: StoredBatch, source: LogSource): ReceivedMessage[] {
  return [...readBatches(bytes, { ...source, checkCrc: false })].flatMap(batch => batch.records())
}
