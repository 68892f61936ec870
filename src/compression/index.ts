import { gunzipSync, gzipSync } from 'node:zlib'
import { UnsupportedError, type Codec, type CodecLookup } from '../kernel'

const gzip: Codec = {
  type: 'gzip',
  compress: (data, level) => gzipSync(data, level === undefined ? {} : { level }),
  decompress: (data, maxBytes) => gunzipSync(data, { maxOutputLength: maxBytes }),
}

/** The codec of a type. */
export const codecs: CodecLookup = type => {
  if (type === 'gzip') return gzip
  throw new UnsupportedError(`compression ${type} is not available`)
}
