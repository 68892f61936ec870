import { crc32cWasm } from './crc32c-wasm'

/** The Castagnoli polynomial, lowest power first. */
const polynomial = 0x82f63b78
const tables = 16
const entries = 256

/** The part of the platform's WebAssembly that is used here; the type libraries for Node leave it out. */
interface Platform {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: Exports }
  }
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly update: (crc: number, at: number, end: number) => number
}

const { WebAssembly } = globalThis as unknown as Platform
const { memory, update } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(crc32cWasm, 'base64')))
  .exports
fillTables(new Int32Array(memory.buffer, 0, tables * entries))

const dataAt = tables * entries * 4
const room = new Uint8Array(memory.buffer, dataAt)

/** CRC-32C (Castagnoli) of a part of the bytes, as an unsigned number: the checksum of record batches. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1
  for (let at = start; at < end; at += room.length) {
    const part = bytes.subarray(at, Math.min(end, at + room.length))
    room.set(part)
    crc = update(crc, dataAt, dataAt + part.length)
  }
  return ~crc >>> 0
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
