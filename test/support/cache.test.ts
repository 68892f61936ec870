import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cached } from './cache'

const test = suite<{ root: string; folder: string }>('cache')
test.before.each(context => {
  context.root = mkdtempSync(join(tmpdir(), 'cache-'))
  context.folder = join(context.root, 'deep', 'libs')
})
test.after.each(({ root }) => rmSync(root, { recursive: true }))

const fill = (text: string) => (folder: string) => {
  writeFileSync(join(folder, 'file'), text)
  return Promise.resolve()
}

test('a folder is made once and then found', async ({ folder }) => {
  assert.is(await cached(folder, fill('first')), folder)
  await cached(folder, fill('second'))
  assert.is(readFileSync(join(folder, 'file'), 'utf8'), 'first')
})

test('who comes while it is being made waits and does not make it again', async ({ folder }) => {
  let made = 0
  const make = (sibling: string) => (made++, fill('once')(sibling))
  await Promise.all([cached(folder, make), cached(folder, make), cached(folder, make)])
  assert.is(made, 1)
})

test('a failure leaves nothing behind and the next one may try', async ({ folder }) => {
  const failure = await cached(folder, () => Promise.reject(new Error('no network'))).catch(String)
  assert.is(failure, 'Error: no network')
  assert.equal(readdirSync(join(folder, '..')), [])
  await cached(folder, fill('later'))
  assert.ok(existsSync(join(folder, 'file')))
})

test('the lock of a process that is dead is broken', async ({ folder }) => {
  await cached(join(folder, '..', 'other'), fill(''))
  const deadPid = 2 ** 22 + 1
  writeFileSync(`${folder}.lock`, String(deadPid))
  await cached(folder, fill('made'))
  assert.is(readFileSync(join(folder, 'file'), 'utf8'), 'made')
})

test.run()
