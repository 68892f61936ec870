import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

interface Row {
  readonly line: number
  readonly promise: string
  readonly tests: readonly { readonly file: string; readonly title: string }[]
}

const root = join(__dirname, '..', '..', '..')
const page = readFileSync(join(root, 'docs/guarantees.md'), 'utf8')
const named = /`(test\/[\w/.-]+\.test\.ts)`: (.+?)(?=<br>|$)/g

/** The rows of the tables: a promise, and the tests that keep it. */
function rowsOf(text: string): readonly Row[] {
  return text.split('\n').flatMap((line, index) => {
    const cells = /^\| (.+?) +\| (.+?) +\|$/.exec(line)
    if (!cells || cells[1] === 'Promise' || cells[1]!.startsWith('---')) return []
    const tests = [...cells[2]!.matchAll(named)].map(([, file, title]) => ({
      file: file!,
      title: title!.trim(),
    }))
    return [{ line: index + 1, promise: cells[1]!, tests }]
  })
}

const titled = /\b(\w+)\(\s*(['"`])((?:\\.|(?!\2)[^\\])*)\2/gs
const suited = /\b(\w+) = suite(?:<[^()]*>)?\(\s*(['"`])((?:\\.|(?!\2)[^\\])*)\2/gs

/** What the tests of a file are called: alone, and behind the name of their suite. `${...}` stands for anything. */
function titlesOf(source: string): readonly RegExp[] {
  const suites = new Map([...source.matchAll(suited)].map(([, name, , title]) => [name!, title!]))
  return [...source.matchAll(titled)].flatMap(([, name, , title]) => {
    const suite = suites.get(name!)
    if (suite !== undefined) return [pattern(title!), pattern(`${suite} ${title!}`)]
    return /^(test|contract)/.test(name!) ? [pattern(title!)] : []
  })
}

function pattern(title: string): RegExp {
  const parts = title.split(/\$\{[^}]*\}/).map(part => part.replace(/\\(.)/g, '$1'))
  return new RegExp(`^${parts.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`)
}

const titles = new Map<string, readonly RegExp[]>()

function hasTest(file: string, title: string): boolean {
  const path = join(root, file)
  if (!titles.has(file)) titles.set(file, existsSync(path) ? titlesOf(readFileSync(path, 'utf8')) : [])
  return titles.get(file)!.some(candidate => candidate.test(title))
}

const rows = rowsOf(page)

test('every promise names its tests', () => {
  const without = rows.filter(({ tests }) => tests.length === 0)
  assert.equal(
    without.map(({ line, promise }) => `docs/guarantees.md:${line} ${promise}`),
    [],
  )
})

test('every test that is named exists', () => {
  const lost = rows.flatMap(({ line, tests }) =>
    tests
      .filter(({ file, title }) => !hasTest(file, title))
      .map(({ file, title }) => `docs/guarantees.md:${line} ${file}: ${title}`),
  )
  assert.equal(lost, [])
})

test('no row of the tables is overlooked', () => {
  const lines = page.split('\n').filter(line => line.startsWith('|') && line.includes('`test/'))
  assert.is(rows.length, lines.length)
  assert.ok(rows.length > 100)
})

test('a test that is not there would be missed', () => {
  assert.not(hasTest('test/docs/guarantees.test.ts', 'a test that nobody wrote'))
  assert.not(hasTest('test/docs/gone.test.ts', 'every promise names its tests'))
  assert.ok(hasTest('test/docs/guarantees.test.ts', 'every promise names its tests'))
  assert.not(hasTest('test/client/produce.test.ts', 'after nothing is written again'))
  assert.ok(hasTest('test/client/produce.test.ts', 'after MESSAGE_TOO_LARGE nothing is written again'))
  assert.ok(hasTest('test/network/connection.test.ts', 'a request that times out need not be the oldest'))
})

test.run()
