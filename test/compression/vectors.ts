import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CompressionType } from '../../src/kernel'

/** Data as another program compressed it. */
export interface Vector {
  readonly type: CompressionType
  readonly name: string
  readonly writer: string
  readonly compressed: Buffer
  readonly content: Buffer
}

interface Line {
  readonly type: CompressionType
  readonly name: string
  readonly writer: string
  readonly content: readonly string[]
  readonly base64: string
}

export const vectors: readonly Vector[] = readFileSync(
  join(__dirname, '../../../test/compression/vectors.jsonl'),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as Line)
  .map(({ base64, content, ...rest }) => ({
    ...rest,
    compressed: Buffer.from(base64, 'base64'),
    content: Buffer.concat(content.map(recipe)),
  }))

/** Content by its recipe: `text 1000`, `bytes 200`, `7 x 100000`, `SNAPPY x 50`. */
function recipe(words: string): Buffer {
  const [first, second, third] = words.split(' ')
  if (first === 'text') return text(Number(second))
  if (first === 'bytes') return Buffer.from(Array.from({ length: Number(second) }, (_, index) => index))
  const unit = first === '7' ? Buffer.from([7]) : Buffer.from(first!)
  return Buffer.alloc(unit.length * Number(third), unit)
}

/** Forty lines, again and again. */
function text(bytes: number): Buffer {
  const lines = Array.from(
    { length: 40 },
    (_, i) => `${i} the topic-${i % 7} partition ${(i * i) % 11} took ${(i * 7919) % 1000} ms\n`,
  )
  return Buffer.alloc(bytes, lines.join(''))
}
