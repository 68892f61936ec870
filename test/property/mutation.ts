import type { Random } from '../../src/kernel'

/** Changed bytes, and how they were changed. */
export interface Mutation {
  readonly bytes: Buffer
  readonly told: string
}

/** Values at which lengths, counts and versions turn over. */
const extremes = [0, 1, -1, -2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0x7fffffff, -0x80000000, 0x10000000]

type Change = (bytes: Buffer, at: number, random: Random) => Mutation

const changes: readonly Change[] = [
  (bytes, at, random) => written(bytes, at, [bytes[at]! ^ (1 << below(random, 8))], 'bit flipped'),
  (bytes, at, random) => written(bytes, at, [below(random, 256)], 'byte'),
  (bytes, at, random) => written(bytes, at, numberOf(random, 1), 'int8'),
  (bytes, at, random) => written(bytes, at, numberOf(random, 2), 'int16'),
  (bytes, at, random) => written(bytes, at, numberOf(random, 4), 'int32'),
  (bytes, at) => written(bytes, at, [0xff, 0xff, 0xff, 0xff, 0x0f], 'largest varint'),
  (bytes, at, random) => {
    const end = Math.min(bytes.length, at + 1 + below(random, 16))
    return spliced(bytes, at, end, Buffer.alloc(0), `${end - at} bytes removed`)
  },
  (bytes, at, random) => {
    const more = Buffer.from(Array.from({ length: 1 + below(random, 8) }, () => below(random, 256)))
    return spliced(bytes, at, at, more, `${more.toString('hex')} put in`)
  },
  (bytes, at, random) => {
    const from = below(random, bytes.length)
    const piece = bytes.subarray(from, from + 1 + below(random, 32))
    return spliced(bytes, at, at, piece, `${piece.length} bytes of ${from} put in`)
  },
]

/** One to three changes at random places. */
export function mutate(original: Buffer, random: Random): Mutation {
  let bytes: Buffer = Buffer.from(original)
  const told: string[] = []
  for (let left = 1 + below(random, 3); left > 0 && bytes.length > 0; left--) {
    const change = changes[below(random, changes.length)]!
    const mutation = change(bytes, below(random, bytes.length), random)
    bytes = mutation.bytes
    told.push(mutation.told)
  }
  return { bytes, told: told.join(', ') }
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}

function numberOf(random: Random, size: 1 | 2 | 4): number[] {
  const value = extremes[below(random, extremes.length)]!
  return Array.from({ length: size }, (_, i) => (value >> (8 * (size - 1 - i))) & 0xff)
}

function written(bytes: Buffer, at: number, values: readonly number[], what: string): Mutation {
  const end = Math.min(at + values.length, bytes.length)
  for (let i = at; i < end; i++) bytes[i] = values[i - at]!
  return { bytes, told: `${what} ${bytes.toString('hex', at, end)} at ${at}` }
}

function spliced(bytes: Buffer, from: number, to: number, piece: Buffer, what: string): Mutation {
  return {
    bytes: Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]),
    told: `${what} at ${from}`,
  }
}
