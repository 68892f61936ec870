import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

interface Outcome {
  readonly problems: readonly string[]
  readonly tests: readonly { readonly name: string; readonly passed: boolean }[]
}

const { TestProcess } = createRequire(resolve('package.json'))('./scripts/test-process.js') as {
  readonly TestProcess: new (
    file: string,
    options: { deadlineMs: number; env: NodeJS.ProcessEnv },
  ) => {
    outcome(): Promise<Outcome>
  }
}

test('a case over its deadline fails, its own cluster is closed, and the next case runs', async () => {
  const env = { RX_KAFKA_EMBEDDED: '1', RX_KAFKA_CASE_DEADLINE_MS: '50' }
  const file = resolve('dist/test/house/fixtures/never-ending-case.js')
  const { problems, tests } = await new TestProcess(file, { deadlineMs: 20_000, env }).outcome()
  assert.equal(
    tests.map(({ name, passed }) => [name, passed]),
    [
      ['waits for ever', false],
      ['does not', true],
    ],
  )
  assert.equal(problems, [])
})

test.run()
