import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src/kernel'

/** The same bytes for every client: values in turn, keys in turn. */
export interface Payload {
  readonly values: readonly Buffer[]
  readonly keys: readonly Buffer[]
}

const valueCount = 1024
const keyCount = 65_536
const keyBytes = 8
const words = ['paid', 'open', 'sent', 'kept', 'held', 'void', 'new', 'returned', 'partly', 'on hold']

/** Writes what clients of all languages load: `values-<bytes>.bin` and `keys.bin`, one item behind the other. */
export function writePayload(folder: string, sizes: readonly number[]): void {
  for (const bytes of sizes) {
    const values = Array.from({ length: valueCount }, (_, index) => valueOf(index, bytes))
    writeFileSync(join(folder, `values-${bytes}.bin`), Buffer.concat(values))
  }
  const keys = Array.from({ length: keyCount }, (_, index) => Buffer.from(keyOf(index)))
  writeFileSync(join(folder, 'keys.bin'), Buffer.concat(keys))
}

export function readPayload(folder: string, bytes: number): Payload {
  return {
    values: pieces(readFileSync(join(folder, `values-${bytes}.bin`)), bytes),
    keys: pieces(readFileSync(join(folder, 'keys.bin')), keyBytes),
  }
}

/** JSON as far as it goes: cut at so many bytes. */
function valueOf(index: number, bytes: number): Buffer {
  const random = seededRandom(index)
  const below = (limit: number) => Math.floor(random() * limit)
  let text = `{"order":${100_000 + index},"user":"user-${below(90_000)}","lines":[`
  while (text.length < bytes)
    text += `{"sku":"${below(1e9).toString(36)}","price":${below(1e5) / 100},"state":"${words[below(words.length)]}"},`
  return Buffer.from(text.slice(0, bytes - 2) + ']}')
}

/** Eight hexadecimal digits; the factor is odd, so no two are alike. */
const keyOf = (index: number): string =>
  (Math.imul(index, 2_654_435_761) >>> 0).toString(16).padStart(keyBytes, '0')

const pieces = (all: Buffer, bytes: number): Buffer[] =>
  Array.from({ length: all.length / bytes }, (_, index) => all.subarray(index * bytes, (index + 1) * bytes))
