import type { Codec } from '../kernel'
import { asBuffer } from './view'
import { checkLevel } from './level'
import { tooLarge } from './refusal'

/** Data as it is. */
export const none: Codec = {
  type: 'none',
  compress(data, level) {
    checkLevel('none', level)
    return asBuffer(data)
  },
  decompress(data, maxBytes) {
    if (data.length > maxBytes) tooLarge('none', maxBytes, data.length)
    return asBuffer(data)
  },
}
