import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { linesOf } from '../../src/cli/line'

async function lines(...pieces: string[]): Promise<unknown[]> {
  async function* source() {
    yield* pieces
  }
  const found = []
  for await (const line of linesOf(source())) found.push(line)
  return found
}

test('lines come whole, however the text was cut, the last one without its end too', async () => {
  assert.equal(await lines('a', 'b\nc', '\r\n\n  \nd', 'e'), ['ab', 'c', 'de'])
  assert.equal(await lines('a\n'), ['a'])
  assert.equal(await lines(), [])
})

test('a line too long to hold is told by its length alone, and the next one is read', async () => {
  const piece = '0'.repeat(64 * 1024 * 1024)
  assert.equal(await lines(piece, piece, piece, piece, '0\nab'), [{ length: 4 * piece.length + 1 }, 'ab'])
})

test.run()
