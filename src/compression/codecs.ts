import {
  ArgumentError,
  compressionTypes,
  type Codec,
  type CodecLookup,
  type CompressionType,
} from '../kernel'
import { gzip } from './gzip'
import { lz4, lz4ForFormat0 } from './lz4'
import { none } from './none'
import { snappy } from './snappy'
import { zstd } from './zstd'

const byType: Readonly<Record<CompressionType, (magic: number) => Codec>> = {
  none: () => none,
  gzip: () => gzip,
  snappy,
  lz4: magic => (magic === 0 ? lz4ForFormat0 : lz4),
  zstd,
}

/** The codecs of this package. What needs another package loads it when the codec is first asked for. */
export const codecs: CodecLookup = (type, magic = 2) => {
  if (!Object.hasOwn(byType, type)) throw new ArgumentError('compression', type, compressionTypes.join(', '))
  return byType[type](magic)
}
