// @ts-check
'use strict'
/**
 * Assembles the WebAssembly module behind src/kernel/bytes/crc32c.ts and writes it down as base64 text.
 * It works on 16 bytes a turn with 16 tables ("slicing by 16"), which the loader puts at address 0:
 * table n, at n * 1024, holds what one byte followed by n zero bytes does to the checksum.
 */
const { readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const target = join(__dirname, '../src/kernel/bytes/crc32c-wasm.ts')

const i32 = 0x7f
const tableBytes = 1024
/** Parameters of the function: checksum so far, first address, address after the last; then its own variables. */
const [crc, at, end, stop, word] = [0, 1, 2, 3, 4]

/** @param {number} value LEB128, unsigned
 *  @returns {number[]} */
const unsigned = value => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)])

/** @param {number} value LEB128, signed
 *  @returns {number[]} */
const signed = value =>
  value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]

const op = {
  /** @param {number} local */
  get: local => [0x20, local],
  /** @param {number} local */
  set: local => [0x21, local],
  /** @param {number} local */
  tee: local => [0x22, local],
  /** @param {number} value */
  constant: value => [0x41, ...signed(value)],
  /** @param {number} offset */
  load: offset => [0x28, 2, ...unsigned(offset)],
  /** @param {number} offset the address need not be aligned */
  loadAnywhere: offset => [0x28, 0, ...unsigned(offset)],
  loadByte: [0x2d, 0, 0],
  greaterSigned: [0x4a],
  atLeast: [0x4f],
  add: [0x6a],
  subtract: [0x6b],
  and: [0x71],
  xor: [0x73],
  shiftLeft: [0x74],
  shiftRight: [0x76],
}

/** Leaves when the condition holds, otherwise runs the body and tests again.
 *  @param {number[]} leave
 *  @param {number[]} body */
const until = (leave, body) => [
  ...[0x02, 0x40], // block
  ...[0x03, 0x40], // loop
  ...leave,
  ...[0x0d, 1], // br_if: out of the block
  ...body,
  ...[0x0c, 0], // br: to the head of the loop
  0x0b,
  0x0b,
]

/** What byte `index` of the word says in `table`.
 *  @param {number} index
 *  @param {number} table */
function lookUp(index, table) {
  const shift = 8 * index - 2
  const shifted =
    shift < 0 ? [...op.constant(-shift), ...op.shiftLeft] : [...op.constant(shift), ...op.shiftRight]
  return [...op.get(word), ...shifted, ...op.constant(0xff << 2), ...op.and, ...op.load(table * tableBytes)]
}

/** Word `index` of the 16 bytes, through its four tables.
 *  @param {number} index */
function oneWord(index) {
  const load = [...op.get(at), ...op.loadAnywhere(4 * index)]
  const mixed = index === 0 ? [...load, ...op.get(crc), ...op.xor] : load
  const tables = [0, 1, 2, 3].map(byte => lookUp(byte, 15 - 4 * index - byte))
  return [...mixed, ...op.set(word), ...tables[0], ...tables.slice(1).flatMap(table => [...table, ...op.xor])]
}

const sixteenBytes = [
  ...oneWord(0),
  ...[1, 2, 3].flatMap(index => [...oneWord(index), ...op.xor]),
  ...op.set(crc),
  ...[...op.get(at), ...op.constant(16), ...op.add, ...op.set(at)],
]

const oneByte = [
  ...[...op.get(at), ...op.loadByte, ...op.get(crc), ...op.xor, ...op.set(word)],
  ...lookUp(0, 0),
  ...[...op.get(crc), ...op.constant(8), ...op.shiftRight, ...op.xor, ...op.set(crc)],
  ...[...op.get(at), ...op.constant(1), ...op.add, ...op.set(at)],
]

const body = [
  ...[...op.get(end), ...op.constant(16), ...op.subtract, ...op.set(stop)],
  ...until([...op.get(at), ...op.get(stop), ...op.greaterSigned], sixteenBytes),
  ...until([...op.get(at), ...op.get(end), ...op.atLeast], oneByte),
  ...op.get(crc),
  0x0b,
]

/** @param {number[]} bytes */
const sized = bytes => [...unsigned(bytes.length), ...bytes]
/** @param {number} id
 *  @param {number[]} content */
const section = (id, content) => [id, ...sized(content)]
/** @param {string} text */
const name = text => sized([...Buffer.from(text)])

function assemble() {
  const locals = [1, 2, i32]
  return Buffer.from([
    ...Buffer.from('\0asm'),
    ...[1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, i32, i32, i32, 1, i32]), // one type: three numbers in, one out
    ...section(3, [1, 0]), // one function of that type
    ...section(5, [1, 0, 1]), // one memory of one page, 64 KiB
    ...section(7, [2, ...name('memory'), 2, 0, ...name('update'), 0, 0]),
    ...section(10, [1, ...sized([...locals, ...body])]),
  ])
}

function sourceText() {
  const lines =
    assemble()
      .toString('base64')
      .match(/.{1,100}/g) ?? []
  return [
    '/** Made by scripts/build-crc32c.js, which describes it; change it there. */',
    'export const crc32cWasm =',
    lines.map(line => `  '${line}'`).join(' +\n'),
    '',
  ].join('\n')
}

module.exports = { assemble, sourceText, target }

if (require.main === module) {
  writeFileSync(target, sourceText())
  console.log(`${target}: ${assemble().length} bytes of WebAssembly, ${readFileSync(target).length} of text`)
}
