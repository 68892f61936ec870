import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

interface Result {
  passed: number
  failed: number
  skipped: { file: string; name: string; reason: string }[]
}

interface Runner {
  run(options: { files: string[]; deadlineMs?: number; write: (line: string) => void }): Promise<Result>
  conclude(results: Result[], write: (line: string) => void): void
}

/** Long enough for Node to start, in ms. */
const briefMs = 2000

const { conclude, run } = createRequire(resolve('package.json'))('./scripts/runner.js') as Runner

async function runFixture(name: string, deadlineMs?: number) {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const file = `dist/test/house/fixtures/${name}.js`
  const result = await run({ files: [file], write, ...(deadlineMs === undefined ? {} : { deadlineMs }) })
  return { ...result, text: lines.join('\n') }
}

test('tests of every suite are counted', async () => {
  const { passed, failed, text } = await runFixture('passing')
  assert.equal([passed, failed], [3, 0])
  assert.match(text, /^ok {3}test\/house\/fixtures\/passing\.ts {2}3 passed {2}\d+ ms$/)
})

test('a failing test is counted and shown in full', async () => {
  const { passed, failed, text } = await runFixture('failing')
  assert.equal([passed, failed], [1, 1])
  assert.match(text, 'promises too much')
  assert.match(text, 'Expected values to be strictly equal')
  assert.match(text, 'fixtures/failing.ts:5')
})

test('a crash after passing tests is a failure with its output', async () => {
  const { passed, failed, text } = await runFixture('crashing')
  assert.ok(passed >= 1)
  assert.is(failed, 1)
  assert.match(text, 'nobody caught this')
})

test('a file that cannot be loaded is a failure', async () => {
  const { passed, failed, text } = await runFixture('broken')
  assert.equal([passed, failed], [0, 1])
  assert.match(text, 'cannot even be loaded')
})

test('a file without a test is a failure', async () => {
  const { passed, failed, text } = await runFixture('empty')
  assert.equal([passed, failed], [0, 1])
  assert.match(text, 'it runs no test')
})

test('tests that are declared but never run are a failure', async () => {
  const { passed, failed, text } = await runFixture('never-run')
  assert.equal([passed, failed], [0, 1])
  assert.match(text, '1 of its 1 tests never ran')
})

test('a forgotten test.only is a failure', async () => {
  const { passed, failed, text } = await runFixture('only')
  assert.equal([passed, failed], [1, 1])
  assert.match(text, '1 of its 2 tests never ran')
})

test('a failing before hook fails the tests behind it', async () => {
  const { passed, failed } = await runFixture('setup-failing')
  assert.equal([passed, failed], [0, 1])
})

test('a hanging file is ended, and its test and open handles are named', async () => {
  const { passed, failed, text } = await runFixture('hanging', briefMs)
  assert.equal([passed, failed], [1, 1])
  assert.match(text, `no end after ${briefMs} ms`)
  assert.match(text, 'running: "waits for a connection that nobody makes"')
  assert.match(text, 'open: server listening on {"address":"127.0.0.1"')
})

test('a file that blocks its event loop is ended all the same', async () => {
  const { passed, failed, text } = await runFixture('busy', briefMs)
  assert.equal([passed, failed], [0, 1])
  assert.match(text, 'running: "never gives way"')
  assert.match(text, 'its event loop is blocked')
})

test('a timer left behind is a failure that says where the timer was started', async () => {
  const { passed, failed, text } = await runFixture('lingering', briefMs)
  assert.equal([passed, failed], [1, 1])
  assert.match(text, 'all tests ended, but the process did not')
  assert.match(text, /open: setInterval started .*fixtures\/lingering\.ts:4/)
})

test('a test whose promise never settles is a failure', async () => {
  const { passed, failed, text } = await runFixture('unsettled')
  assert.equal([passed, failed], [0, 1])
  assert.match(text, '"awaits what never comes" never ended')
})

test('a skip is listed with its reason and is not a pass', async () => {
  const { passed, failed, skipped } = await runFixture('skipping')
  assert.equal([passed, failed], [1, 0])
  assert.equal(
    skipped.map(({ name, reason }) => `${name}: ${reason}`),
    [
      'is put off: marked with test.skip',
      'is never declared: no broker at all',
      'finds out that it cannot run: needs a newer broker',
    ],
  )
})

test('the last line is the sum of all results', () => {
  const lines: string[] = []
  const skip = { file: 'test/a.test.ts', name: 'b', reason: 'c' }
  const results = [
    { passed: 2, failed: 0, skipped: [] },
    { passed: 3, failed: 0, skipped: [skip] },
  ]
  conclude(results, line => void lines.push(line))
  assert.equal(lines, ['\n1 skipped', '  test/a.test.ts: b: c', '5 passed, 0 failed'])
})

test.run()
