import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { subjects } from './subjects'
import { vectors } from './vectors'

for (const { type, name, writer, compressed, content } of vectors)
  for (const [subject, codec] of subjects.filter(([, { type: own }]) => own === type))
    test(`${subject} reads what ${writer} wrote: ${name}`, () => {
      assert.ok(codec.decompress(compressed, content.length + 1).equals(content))
    })

for (const { type, name, compressed, content } of vectors)
  for (const [subject, codec] of subjects.filter(([, { type: own }]) => own === type))
    test(`${subject} reads ${name} as part of a larger buffer`, () => {
      const padded = Buffer.concat([Buffer.from('before'), compressed, Buffer.from('behind')])
      const view = new Uint8Array(padded.buffer, padded.byteOffset + 6, compressed.length)
      assert.ok(codec.decompress(view, content.length + 1).equals(content))
    })

for (const [subject, codec] of subjects)
  test(`${subject} answers no small view of large memory`, () => {
    for (const { compressed, content } of vectors.filter(({ type }) => type === codec.type)) {
      const { buffer } = codec.decompress(compressed, 1024 * 1024)
      assert.ok(
        buffer.byteLength <= Math.max(2 * content.length, Buffer.poolSize),
        `${buffer.byteLength} bytes`,
      )
    }
  })

test.run()
