import { crc32cDataAt, crc32cIntegers, crc32cVectors } from './crc32c-wasm'

/** The Castagnoli polynomial, lowest power first. */
const polynomial = 0x82f63b78
const tables = 16
const entries = 256

/** The part of the platform's WebAssembly that is used here; the type libraries for Node leave it out. */
interface Platform {
  readonly WebAssembly: {
    readonly validate: (bytes: Uint8Array) => boolean
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: Exports }
  }
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly update: (crc: number, at: number, end: number) => number
}

type Checksum = (bytes: Uint8Array, start?: number, end?: number) => number

const { WebAssembly } = globalThis as unknown as Platform
const vectors = Buffer.from(crc32cVectors, 'base64')

/** CRC-32C (Castagnoli) of a part of the bytes, as an unsigned number: the checksum of record batches. */
export const crc32c = checksumOf(
  WebAssembly.validate(vectors) ? vectors : Buffer.from(crc32cIntegers, 'base64'),
)

/** The checksum as one of the modules computes it. */
export function checksumOf(wasm: Uint8Array): Checksum {
  const { memory, update } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports
  fillTables(new Int32Array(memory.buffer, 0, tables * entries))
  const room = new Uint8Array(memory.buffer, crc32cDataAt)
  return (bytes, start = 0, end = bytes.length) => {
    let crc = -1
    for (let at = start; at < end; at += room.length) {
      const part = new Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(end - at, room.length))
      room.set(part)
      crc = update(crc, crc32cDataAt, crc32cDataAt + part.length)
    }
    return ~crc >>> 0
  }
}

/** Table 0 is the classic one of a byte; each further table is the one before it with a zero byte more. */
function fillTables(table: Int32Array): void {
  for (let byte = 0; byte < entries; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0)
    table[byte] = crc
  }
  for (let at = entries; at < table.length; at++) {
    const before = table[at - entries]!
    table[at] = (before >>> 8) ^ table[before & 0xff]!
  }
}
