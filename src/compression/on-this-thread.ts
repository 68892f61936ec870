import type { CodecLookup } from '../kernel'
import { codecs } from './codecs'

/** The same codecs without another thread, for time that is not the real one: nobody could say when in it that has ended. */
export const codecsOnThisThread: CodecLookup = (type, magic) => ({
  ...codecs(type, magic),
  compressAsync: undefined,
})
