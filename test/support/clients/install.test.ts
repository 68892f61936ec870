import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { npmFolder, pythonFolder } from './install'
import { ClientUnavailable } from './unavailable'

interface Context {
  root: string
  before: Record<string, string | undefined>
}

const test = suite<Context>('install')
test.before.each(context => {
  context.root = mkdtempSync(join(tmpdir(), 'install-'))
  const { PATH, XDG_CACHE_HOME } = process.env
  context.before = { PATH, XDG_CACHE_HOME }
  mkdirSync(join(context.root, 'bin'))
  process.env['PATH'] = join(context.root, 'bin')
  process.env['XDG_CACHE_HOME'] = join(context.root, 'cache')
})
test.after.each(({ root, before }) => {
  Object.assign(process.env, before)
  if (before['XDG_CACHE_HOME'] === undefined) delete process.env['XDG_CACHE_HOME']
  rmSync(root, { recursive: true })
})

/** A command that plays another one. */
function play(root: string, command: string, script: string): void {
  writeFileSync(join(root, 'bin', command), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

const installed = (root: string) => readdirSync(join(root, 'cache', 'rx-kafka', 'clients'))

async function complaint(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => assert.unreachable('it was installed') as never,
    (error: Error) => error,
  )
}

test('packages of npm are installed once, in the cache', async ({ root }) => {
  play(root, 'npm', 'echo "$@" >> installed')
  const folder = await npmFolder('some', ['a@1', 'b@2'])
  assert.is(folder, join(root, 'cache', 'rx-kafka', 'clients', 'some'))
  assert.ok(existsSync(join(folder, 'installed')))
  play(root, 'npm', 'exit 1')
  assert.is(await npmFolder('some', ['a@1', 'b@2']), folder)
})

test('what npm could not install fails with what npm said, and leaves nothing', async ({ root }) => {
  play(root, 'npm', 'echo "npm warn old"; echo "npm error 404 a@1 is not here" >&2; exit 1')
  const error = await complaint(npmFolder('some', ['a@1']))
  assert.is(error.message, '`npm install a@1`: exit code 1: npm error 404 a@1 is not here')
  assert.equal(installed(root), [])
})

test('a machine without Python is told so as unavailable, and not as a failure to install', async () => {
  const error = await complaint(pythonFolder('some', ['a==1']))
  assert.instance(error, ClientUnavailable)
  assert.match(error.message, 'No `python3` on PATH')
})

test('a Python without its module venv is a failure to install', async ({ root }) => {
  play(
    root,
    'python3',
    '[ "$1" = --version ] && echo Python 3.9.1 && exit; echo ensurepip is not available; exit 1',
  )
  const error = await complaint(pythonFolder('some', ['a==1']))
  assert.not.instance(error, ClientUnavailable)
  assert.is(error.message, '`python3 -m venv`: exit code 1: ensurepip is not available')
  assert.equal(installed(root), [])
})

test.run()
