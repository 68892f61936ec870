import { encodeMessageSet, readBatches, type RecordBatch } from '../../protocol'
import type { LogSource } from './append-context'
import { refuse, type Refusal } from './refusal'

/** Where batches come from that are converted. */
interface ConvertedRead extends LogSource {
  /** The offset that was asked for. */
  readonly from: bigint
}

/**
 * Batches that were read, as message sets for Fetch below version 4: format 0 for the versions 0 and 1, which have no
 * times, else format 1. Headers and control batches are left out, since the old formats have none. What is converted
 * may be larger than it was; as in Kafka, what does not fit into the size of the originals is left for the next
 * fetch, though never the first. A batch with zstd ends what can be converted; alone it is refused. The beginning of a
 * first batch that did not fit stays as it is: in all formats it tells a client to ask for more.
 */
export function downConvert(
  batches: readonly Buffer[],
  magic: 0 | 1,
  read: ConvertedRead,
): Buffer[] | Refusal {
  const bytes = batches.length === 1 ? batches[0]! : Buffer.concat(batches)
  const sets: Buffer[] = []
  let left = bytes.length
  const whole = readBatches(bytes, { ...read, checkCrc: false })
  for (const batch of whole) {
    if (batch.compression === 'zstd') {
      if (sets.length > 0) break
      return refuse('UNSUPPORTED_COMPRESSION_TYPE', `message format ${magic} with zstd`)
    }
    const set = batch.isControl ? undefined : convert(batch, magic, read)
    if (set === undefined) continue
    if (set.length > left && sets.length > 0) break
    sets.push(set)
    left -= set.length
  }
  return whole.trailingBytes === bytes.length && bytes.length > 0 ? [bytes] : sets
}

/** Of an uncompressed batch each message stands by itself, so that those before `from` need not be sent. */
function convert(batch: RecordBatch, magic: 0 | 1, { codecs, from }: ConvertedRead): Buffer | undefined {
  const isCompressed = batch.compression !== 'none'
  const records = batch.records(isCompressed ? undefined : from)
  if (records.length === 0) return undefined
  return encodeMessageSet(
    records.map(({ key, value, timestamp }) => ({ key, value, timestamp: toOldTime(timestamp) })),
    {
      magic,
      codec: codecs(batch.compression!, magic),
      timestamp: -1,
      offsets: records.map(({ offset }) => offset),
      appendTime: batch.timestampType === 'append',
    },
  )
}

/** Old formats know times from 0 on, and -1 for none. */
function toOldTime(timestamp: bigint): bigint {
  return timestamp < 0n || timestamp > Number.MAX_SAFE_INTEGER ? -1n : timestamp
}
