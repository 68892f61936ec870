import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** Runs the CI script with an npm that plays the two test commands. */
function runWith(unit: string, kafka: string) {
  const folder = mkdtempSync(join(tmpdir(), 'ci-'))
  const play = `#!/usr/bin/env bash
    if [[ $* == test ]]; then ${unit}; else echo "required: $REQUIRE_REAL_KAFKA"; ${kafka}; fi`
  writeFileSync(join(folder, 'npm'), play, { mode: 0o755 })
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` }
  const { status, stdout } = spawnSync(join('.ci', 'run'), { env, encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return { status, lines: stdout.trimEnd().split('\n') }
}

test('both outputs stay visible and the last line is their sum', () => {
  const { status, lines } = runWith('echo unit; echo "412 passed, 0 failed"', 'echo "30 passed, 0 failed"')
  assert.equal(lines, [
    'unit',
    '412 passed, 0 failed',
    'required: 1',
    '30 passed, 0 failed',
    '442 passed, 0 failed',
  ])
  assert.is(status, 0)
})

test('a failure in either is a failure of the whole', () => {
  const first = runWith('echo "1 passed, 2 failed"; exit 1', 'echo "3 passed, 0 failed"')
  assert.equal([first.status, first.lines.at(-1)], [1, '4 passed, 2 failed'])
  const second = runWith('echo "1 passed, 0 failed"', 'echo "3 passed, 1 failed"; exit 1')
  assert.equal([second.status, second.lines.at(-1)], [1, '4 passed, 1 failed'])
})

test('a command that ends without its counts is a failure', () => {
  const { status, lines } = runWith('echo out of memory; exit 137', 'echo "3 passed, 0 failed"')
  assert.equal([status, lines.at(-1)], [1, '3 passed, 1 failed'])
})

test('a command that fails behind good counts is a failure', () => {
  const { status, lines } = runWith('echo "1 passed, 0 failed"; exit 7', 'echo "3 passed, 0 failed"')
  assert.equal([status, lines.at(-1)], [1, '4 passed, 1 failed'])
})

test.run()
