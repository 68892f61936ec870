import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { npmFolder } from '../support/clients/install'
import { run } from '../support/kafka'

const jest = 'jest@30.5.2'
const root = join(__dirname, '..', '..', '..')
const file = 'examples/testing/with-jest.test.cjs'

// No dependency of the project: it brings some 250 packages, for one file.
test('example testing/with-jest.test.cjs passes', async () => {
  const folder = await npmFolder('jest', [jest])
  // Beside the compiled service.
  copyFileSync(join(root, file), join(root, 'dist', file))
  const args = [
    join(folder, 'node_modules/jest/bin/jest.js'),
    '--rootDir',
    join(root, 'dist/examples/testing'),
  ]
  const { code, stderr } = await run(process.execPath, [
    ...args,
    '--runTestsByPath',
    join(root, 'dist', file),
  ])
  assert.is(code, 0, stderr)
  assert.match(stderr, /Tests: +2 passed, 2 total/)
  assert.not.match(stderr, 'did not exit')
})

test.run()
