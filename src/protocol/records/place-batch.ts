import { crc32c } from '../../kernel'
import { attributes, layout } from './batch-layout'

/** What a broker decides about a batch when it appends it to a log. */
export interface Placement {
  readonly baseOffset: bigint
  readonly leaderEpoch: number
  /** Milliseconds since the epoch, where the topic's time is the log's (`LogAppendTime`); default: times stay. */
  readonly appendTimestamp?: number | undefined
}

/**
 * Writes the place into the header of a batch of format 2, in the bytes given. Offset and epoch are outside of the
 * checksum, which is written anew only when the time is.
 */
export function placeBatch(bytes: Buffer, { baseOffset, leaderEpoch, appendTimestamp }: Placement): void {
  bytes.writeBigInt64BE(baseOffset, layout.baseOffset)
  bytes.writeInt32BE(leaderEpoch, layout.leaderEpoch)
  if (appendTimestamp === undefined) return
  bytes.writeInt16BE(bytes.readInt16BE(layout.attributes) | attributes.appendTime, layout.attributes)
  bytes.writeBigInt64BE(BigInt(appendTimestamp), layout.maxTimestamp)
  bytes.writeUInt32BE(crc32c(bytes, layout.attributes), layout.crc)
}
