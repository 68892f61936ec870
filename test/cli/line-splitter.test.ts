import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineSplitter } from '../../src/cli/produce/line-splitter'

function split(delimiter: string, pieces: readonly string[], maxLength = 1000): unknown[] {
  const splitter = new LineSplitter(Buffer.from(delimiter), maxLength)
  const lines = [...pieces.flatMap(piece => [...splitter.push(Buffer.from(piece))]), ...splitter.end()]
  return lines.map(line => (Buffer.isBuffer(line) ? line.toString() : line))
}

/** Pieces of few different characters, so that delimiters are frequent. */
const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r'), maxLength: 8 }))

test('lines come whole, however the bytes were cut, the last one without its delimiter too', () => {
  fc.assert(
    fc.property(pieces, fc.constantFrom('\n', '\r\n', 'ab', 'aab'), (given, delimiter) => {
      const whole = given.join('').split(delimiter)
      assert.equal(split(delimiter, given), whole.at(-1) === '' ? whole.slice(0, -1) : whole)
    }),
  )
})

test('a line too long to be held is told by its length, and the next one is read', () => {
  fc.assert(
    fc.property(pieces, fc.constantFrom('\n', 'ab'), (given, delimiter) => {
      const whole = given.join('').split(delimiter)
      const expected = (whole.at(-1) === '' ? whole.slice(0, -1) : whole).map(line =>
        line.length > 3 ? { length: line.length } : line,
      )
      assert.equal(split(delimiter, given, 3), expected)
    }),
  )
})

test('what may be the begin of a delimiter makes no line too long', () => {
  assert.equal(split('ab', ['aaaa', 'b'], 3), ['aaa'])
  assert.equal(split('ab', ['aaaaa', 'b'], 3), [{ length: 4 }])
})

test('of a line that is too long next to nothing is held', () => {
  const splitter = new LineSplitter(Buffer.from('\r\n'), 10)
  for (let i = 0; i < 1000; i++) assert.equal([...splitter.push(Buffer.alloc(100_000, 'x'))], [])
  assert.equal([...splitter.push(Buffer.from('\r\na'))], [{ length: 100_000_000 }])
})

test('an empty line is a line', () => {
  assert.equal(split('\n', ['\n\na\n']), ['', '', 'a'])
  assert.equal(split('\n', ['']), [])
})

test.run()
