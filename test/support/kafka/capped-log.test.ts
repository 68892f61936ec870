import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CappedLog } from './capped-log'

const test = suite<{ folder: string }>('capped log')
test.before.each(context => void (context.folder = mkdtempSync(join(tmpdir(), 'capped-log-'))))
test.after.each(({ folder }) => rmSync(folder, { recursive: true }))

test('a process that writes without end fills two files and no more', ({ folder }) => {
  const log = new CappedLog(join(folder, 'log'), 100)
  for (let line = 0; line < 1000; line++) log.append(Buffer.from(`line ${line}\n`))
  const sizes = readdirSync(folder).map(name => statSync(join(folder, name)).size)
  assert.is(sizes.length, 2)
  assert.ok(sizes.every(size => size < 120))
  assert.ok(log.text().endsWith('line 998\nline 999\n'))
})

test('an excerpt has the complaints however early they came, and the last lines', ({ folder }) => {
  const log = new CappedLog(join(folder, 'log'))
  const lines = Array.from({ length: 100 }, (_, index) => (index === 3 ? 'ERROR no disk' : `line ${index}`))
  log.append(Buffer.from(lines.join('\n')))
  const excerpt = log.excerpt().split('\n')
  assert.is(excerpt[0], 'ERROR no disk')
  assert.is(excerpt.at(-1), 'line 99')
  assert.is(excerpt.length, 16)
})

test('a process that wrote nothing has an empty log', ({ folder }) => {
  assert.is(new CappedLog(join(folder, 'log')).text(), '')
})

test.run()
