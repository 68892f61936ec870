import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { byStart } from '../../src/cli/consume/ranges'
import { startIn, startOf, type Start } from '../../src/cli/consume/start'

const written: readonly (readonly [text: string, start: Start])[] = [
  ['beginning', { at: 'beginning' }],
  ['end', { at: 'end' }],
  ['0', { at: 'offset', offset: 0n }],
  ['9223372036854775807', { at: 'offset', offset: 2n ** 63n - 1n }],
  ['-5', { at: 'last', count: 5n }],
  ['-0', { at: 'last', count: 0n }],
  ['s@1700000000000', { at: 'time', time: 1_700_000_000_000n }],
]

for (const [text, start] of written)
  test(`"${text}" is read as a place to begin`, () => assert.equal(startOf(text), start))

test('what the log does not have is moved to where it begins or ends', () => {
  const log = { first: 10n, next: 20n }
  const begin = (text: string) => startIn(log, startOf(text) as Exclude<Start, { at: 'time' }>)
  assert.equal(['beginning', 'end', '9', '10', '15', '20', '21', '-0', '-1', '-10', '-11'].map(begin), [
    10n,
    20n,
    10n,
    10n,
    15n,
    20n,
    20n,
    20n,
    19n,
    10n,
    10n,
  ])
})

test('partitions that begin at the same offset are read together', () => {
  const stretch = (partition: number, start: bigint) => ({ partition, start, end: 9n })
  assert.equal(
    [...byStart([stretch(0, 5n), stretch(1, 7n), stretch(2, 5n)])],
    [
      [5n, [0, 2]],
      [7n, [1]],
    ],
  )
})

test.run()
