// @ts-check
'use strict'
/**
 * Assembles the WebAssembly modules behind src/kernel/bytes/crc32c.ts and writes them down as base64 text.
 *
 * Both work on 16 bytes a turn with 16 tables ("slicing by 16"), which the loader puts at address 0:
 * table n, at n * 1024, holds what one byte followed by n zero bytes does to the checksum.
 *
 * Data of 2 KiB and more is first folded to its last 848 to 863 bytes, which needs no tables and is several times as fast.
 * x^209 + x^144 + x^54 + x^39 + x^14 + 1 is a multiple of the polynomial. So is its 32nd power, which has the same terms
 * with exponents 32 times as large, because the mixed terms of a square cancel out. A bit may therefore be cleared when
 * the bits 65, 155, 170, 195 and 209 words of 32 bits after it are flipped. As this holds for every bit, many bytes at
 * once take in what stands at these distances before them, and in the end only the last 209 words count.
 *
 * One module folds vectors of 16 bytes. The other one folds integers of 8, for processors without such vectors.
 */
const { readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const target = join(__dirname, '../src/kernel/bytes/crc32c-wasm.ts')

const i32 = 0x7f
const tableBytes = 1024
/** Parameters of the function: checksum so far, first address, address after the last; then its own variables. */
const [crc, at, end, stop, word, from, rest] = [0, 1, 2, 3, 4, 5, 6]

/** In bytes. */
const distances = [65, 155, 170, 195, 209].map(words => words * 4)
/** With less data, folding gains little. */
const foldedFrom = 2048
/** What a fold looks back on, and the room for it in whole vectors. */
const windowBytes = 836
const windowRoom = 848
/** After the tables: room for a window, then as many zeros, which also are what stands before the data. */
const windowAt = 16 * tableBytes
const dataAt = windowAt + 2 * windowRoom

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
  storeAnywhere: [0x36, 0, 0],
  copyMemory: [0xfc, 10, 0, 0],
  greaterSigned: [0x4a],
  atLeastSigned: [0x4e],
  atLeast: [0x4f],
  add: [0x6a],
  subtract: [0x6b],
  and: [0x71],
  xor: [0x73],
  shiftLeft: [0x74],
  shiftRight: [0x76],
}

/** What is folded at once: its bytes, and the instructions for it, at addresses that need not be aligned. */
const vector = { bytes: 16, load: [0xfd, 0, 0], store: [0xfd, 11, 0, 0], xor: [0xfd, 0x51] }
const integer = { bytes: 8, load: [0x29, 0], store: [0x37, 0, 0], xor: [0x85] }

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

/** @param {number[]} condition
 *  @param {number[]} body */
const when = (condition, body) => [...condition, 0x04, 0x40, ...body, 0x0b]

/** @param {number} local
 *  @param {number} bytes */
const advance = (local, bytes) => [...op.get(local), ...op.constant(bytes), ...op.add, ...op.set(local)]

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

/** Up to `stop`, all that is at `at` takes in what is at the distances before it. `from` is a window before `at`.
 *  @param {typeof vector} lane */
function foldUntilStop({ bytes, load, store, xor }) {
  const earlier = distances.map(distance => [...op.get(from), ...load, ...unsigned(windowBytes - distance)])
  return until(
    [...op.get(at), ...op.get(stop), ...op.atLeast],
    [
      ...[...op.get(at), ...op.get(at), ...load, 0],
      ...earlier.flatMap(value => [...value, ...xor]),
      ...store,
      ...[...advance(at, bytes), ...advance(from, bytes)],
    ],
  )
}

/** Leaves `at` where the part begins that has the same checksum as all.
 *  The window at the end must take in what is before it only: that is copied to where zeros follow, and taken from there.
 *  @param {typeof vector} lane */
const fold = lane => [
  ...[...op.get(at), ...op.get(at), ...op.loadAnywhere(0), ...op.get(crc), ...op.xor, ...op.storeAnywhere],
  ...[...op.constant(0), ...op.set(crc)],
  ...[...op.get(end), ...op.constant(windowRoom), ...op.subtract, ...op.get(at), ...op.subtract],
  ...[...op.constant(-vector.bytes), ...op.and, ...op.get(at), ...op.add, ...op.set(stop)],
  ...[...op.get(at), ...op.constant(windowBytes), ...op.subtract, ...op.set(from)],
  ...foldUntilStop(lane),
  ...[...op.constant(windowAt), ...op.get(from), ...op.constant(windowBytes), ...op.copyMemory],
  ...[...op.constant(windowAt), ...op.set(from), ...op.get(at), ...op.set(rest)],
  ...advance(stop, windowRoom),
  ...foldUntilStop(lane),
  ...[...op.get(rest), ...op.set(at)],
]

const sixteenBytes = [
  ...oneWord(0),
  ...[1, 2, 3].flatMap(index => [...oneWord(index), ...op.xor]),
  ...op.set(crc),
  ...advance(at, 16),
]

const oneByte = [
  ...[...op.get(at), ...op.loadByte, ...op.get(crc), ...op.xor, ...op.set(word)],
  ...lookUp(0, 0),
  ...[...op.get(crc), ...op.constant(8), ...op.shiftRight, ...op.xor, ...op.set(crc)],
  ...advance(at, 1),
]

/** @param {typeof vector} lane */
const body = lane => [
  ...when(
    [...op.get(end), ...op.get(at), ...op.subtract, ...op.constant(foldedFrom), ...op.atLeastSigned],
    fold(lane),
  ),
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

/** @param {typeof vector} lane */
function assemble(lane) {
  const locals = [1, 4, i32]
  return Buffer.from([
    ...Buffer.from('\0asm'),
    ...[1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, i32, i32, i32, 1, i32]), // one type: three numbers in, one out
    ...section(3, [1, 0]), // one function of that type
    ...section(5, [1, 0, 1]), // one memory of one page, 64 KiB
    ...section(7, [2, ...name('memory'), 2, 0, ...name('update'), 0, 0]),
    ...section(10, [1, ...sized([...locals, ...body(lane)])]),
  ])
}

/** @param {Buffer} module */
function literal(module) {
  const lines = module.toString('base64').match(/.{1,100}/g) ?? []
  return lines.map(line => `  '${line}'`).join(' +\n')
}

function sourceText() {
  return [
    '/** Made by scripts/build-crc32c.js, which describes it; change it there. */',
    'export const crc32cVectors =',
    literal(assemble(vector)),
    '',
    '/** The same for processors without vectors. */',
    'export const crc32cIntegers =',
    literal(assemble(integer)),
    '',
    '/** Where the data goes in the memory of either. */',
    `export const crc32cDataAt = ${dataAt}`,
    '',
  ].join('\n')
}

const modules = () => [assemble(vector), assemble(integer)]

module.exports = { modules, sourceText, target }

if (require.main === module) {
  writeFileSync(target, sourceText())
  const sizes = modules().map(({ length }) => length)
  console.log(
    `${target}: ${sizes.join(' and ')} bytes of WebAssembly, ${readFileSync(target).length} of text`,
  )
}
