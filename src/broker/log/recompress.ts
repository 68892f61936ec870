import { compressionTypes, crc32c, type CompressionType } from '../../kernel'
import { batchAttributes, batchLayout, batchLengthOverhead, type RecordBatch } from '../../protocol'
import type { AppendContext } from './append-context'

/**
 * The batch with the compression that the topic asks for: as it is where it has that.
 *
 * @param records of the batch, before compression
 */
export function recompress(batch: RecordBatch, records: Buffer, { settings, codecs }: AppendContext): Buffer {
  const target = targetOf(settings.compressionType, batch.compression!)
  // A copy: offsets are written into it, and the request that it came with may be looked at, or carried out again.
  if (target === batch.compression) return Buffer.from(batch.bytes)
  const header = batch.bytes.subarray(0, batchLayout.records)
  const kept = Buffer.concat([header, target === 'none' ? records : codecs(target).compress(records)])
  const bits = kept.readInt16BE(batchLayout.attributes) & ~batchAttributes.compressionMask
  kept.writeInt16BE(bits | compressionTypes.indexOf(target), batchLayout.attributes)
  kept.writeInt32BE(kept.length - batchLengthOverhead, batchLayout.batchLength)
  kept.writeUInt32BE(crc32c(kept, batchLayout.attributes), batchLayout.crc)
  return kept
}

function targetOf(
  wanted: CompressionType | 'producer' | 'uncompressed',
  given: CompressionType,
): CompressionType {
  if (wanted === 'producer') return given
  return wanted === 'uncompressed' ? 'none' : wanted
}
