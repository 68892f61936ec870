import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

interface Told {
  readonly tests: readonly { readonly name: string; readonly passed: boolean }[]
  readonly problems: readonly string[]
}

interface Matrix {
  addHealthy(file: string, told: Told): void
  addDefect(defect: string, file: string, told: Told): number
  readonly rows: readonly { readonly name: string; readonly noticed: readonly string[] }[]
  readonly failures: Readonly<Record<'problems' | 'sick' | 'blind' | 'unnoticed', readonly string[]>>
  readonly size: { readonly cases: number; readonly defects: number }
}

const { MutantMatrix } = createRequire(resolve('package.json'))('./scripts/mutant-matrix.js') as {
  readonly MutantMatrix: new (defects: readonly string[]) => Matrix
}

const file = 'fetch.test.js'

/** What a file told: its cases by name, those with a `!` failed. */
const told = (names: string, ...problems: string[]): Told => ({
  tests: names
    .split(' ')
    .filter(Boolean)
    .map(name => ({ name: name.replace('!', ''), passed: !name.endsWith('!') })),
  problems,
})

test('a case that fails on a broker with a defect notices it', () => {
  const matrix = new MutantMatrix(['late', 'lost'])
  matrix.addHealthy(file, told('a b'))
  assert.is(matrix.addDefect('late', file, told('a! b')), 1)
  assert.is(matrix.addDefect('lost', file, told('a! b!')), 2)
  assert.equal(matrix.rows, [
    { name: 'fetch: a', noticed: ['late', 'lost'] },
    { name: 'fetch: b', noticed: ['lost'] },
  ])
  assert.equal(matrix.failures, { problems: [], sick: [], blind: [], unnoticed: [] })
  assert.equal(matrix.size, { cases: 2, defects: 2 })
})

test('a case that notices nothing is named, and so is a defect that no case notices or meets', () => {
  const matrix = new MutantMatrix(['late', 'unmet'])
  matrix.addHealthy(file, told('a'))
  matrix.addDefect('late', file, told('a'))
  const { blind, unnoticed } = matrix.failures
  assert.equal([blind, unnoticed], [['fetch: a'], ['late', 'unmet']])
})

test('a case that fails on the broker as it is notices nothing', () => {
  const matrix = new MutantMatrix(['late'])
  matrix.addHealthy(file, told('a! b'))
  assert.is(matrix.addDefect('late', file, told('a! b')), 0)
  assert.equal(matrix.failures, {
    problems: [],
    sick: ['fetch: a'],
    blind: ['fetch: b'],
    unnoticed: ['late'],
  })
})

test('what passes with one broker and fails with three is sick, in whichever order they run', () => {
  for (const runs of [
    ['a', 'a!'],
    ['a!', 'a'],
  ]) {
    const matrix = new MutantMatrix([])
    for (const run of runs) matrix.addHealthy(file, told(run))
    assert.equal(matrix.failures.sick, ['fetch: a'])
  }
})

test('cases of one broker and of three are judged together', () => {
  const matrix = new MutantMatrix(['late'])
  matrix.addHealthy(file, told('a'))
  matrix.addDefect('late', file, told('a!'))
  matrix.addHealthy(file, told('a b'))
  assert.equal(matrix.failures.blind, ['fetch: b'])
  assert.equal(matrix.size, { cases: 2, defects: 1 })
})

test('a crash on the broker as it is is a failure; with a defect, only what had failed before notices', () => {
  const matrix = new MutantMatrix(['late', 'lost'])
  matrix.addHealthy(file, told('a b', 'ended with exit code 1'))
  assert.equal(matrix.failures.problems, ['fetch.test.js: ended with exit code 1'])
  assert.is(matrix.addDefect('late', file, told('', 'ended with exit code 1')), 0)
  assert.is(matrix.addDefect('lost', file, told('a!', 'ended with exit code 1')), 1)
  const { blind, unnoticed } = matrix.failures
  assert.equal([blind, unnoticed], [['fetch: b'], ['late']])
})

test.run()
