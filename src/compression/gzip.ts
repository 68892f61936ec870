import { constants } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzipSync, gzip as gzipCallback, gzipSync, type ZlibOptions } from 'node:zlib'
import type { Codec } from '../kernel'
import { asBuffer } from './view'
import { checkLevel } from './level'
import { damaged, tooLarge } from './refusal'
import { chunkSize } from './zlib-chunk'

const gzipAsync = promisify<Uint8Array, ZlibOptions, Buffer>(gzipCallback)

/** gzip (RFC 1952); several members one behind the other are read as one. */
export const gzip: Codec = {
  type: 'gzip',
  compress(data, level) {
    checkLevel('gzip', level)
    return gzipSync(data, level === undefined ? {} : { level })
  },
  async compressAsync(data, level) {
    checkLevel('gzip', level)
    return gzipAsync(data, { chunkSize: chunkSize(data.length), ...(level !== undefined && { level }) })
  },
  decompress(data, maxBytes) {
    const maxOutputLength = Math.min(maxBytes, constants.MAX_LENGTH)
    try {
      return gunzipSync(data, { maxOutputLength, chunkSize: chunkSize(announcedBytes(asBuffer(data))) })
    } catch (error) {
      if (error instanceof RangeError) tooLarge('gzip', maxBytes)
      damaged('gzip', error instanceof Error ? error.message : String(error), error)
    }
  },
}

/** Every member ends with the length of its content modulo 2^32. */
function announcedBytes(data: Buffer): number {
  return data.length < 4 ? 0 : data.readUInt32LE(data.length - 4)
}
