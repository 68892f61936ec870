import { crc32c } from '../../kernel'
import { batchAttributes, batchLayout } from '../../protocol'

/** Writes what the records say over what the header says of their times, where the two differ. */
export function settleTimes(batch: Buffer, maxTimestamp: bigint): void {
  const bits = batch.readInt16BE(batchLayout.attributes)
  const createBits = bits & ~batchAttributes.appendTime
  if (bits === createBits && batch.readBigInt64BE(batchLayout.maxTimestamp) === maxTimestamp) return
  batch.writeInt16BE(createBits, batchLayout.attributes)
  batch.writeBigInt64BE(maxTimestamp, batchLayout.maxTimestamp)
  batch.writeUInt32BE(crc32c(batch, batchLayout.attributes), batchLayout.crc)
}
