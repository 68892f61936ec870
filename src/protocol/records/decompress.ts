import {
  compressionTypes,
  CorruptRecordError,
  DecompressionError,
  UnsupportedError,
  type CompressionType,
} from '../../kernel'
import { attributes } from './batch-layout'
import type { BatchSource } from './record-batch'

/** The compression type in the attributes of a batch or message; undefined for an id that is not known. */
export function compressionOf(attributeBits: number): CompressionType | undefined {
  return compressionTypes[attributeBits & attributes.compressionMask]
}

/** Record data as it was before compression. */
export function decompress(data: Buffer, attributeBits: number, source: BatchSource, offset: bigint): Buffer {
  const { topic, partition, codecs, maxDecompressedBytes } = source
  const type = compressionOf(attributeBits)
  if (type === 'none') return data
  if (type === undefined) {
    const id = attributeBits & attributes.compressionMask
    throw new UnsupportedError(
      `${topic}/${partition} offset ${offset}: compression type ${id} is not known here`,
    )
  }
  const codec = codecs(type)
  try {
    return codec.decompress(data, maxDecompressedBytes)
  } catch (error) {
    if (!(error instanceof DecompressionError)) throw error
    throw new CorruptRecordError({ topic, partition, offset }, error.message, error)
  }
}
