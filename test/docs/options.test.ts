import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { producerOptions } from '../../src/producer/options'

const page = readFileSync(join(__dirname, '../../../docs/producing-reference.md'), 'utf8')
const rows = [...page.matchAll(/^\| `(\w+)` +\| ([^|]*?) +\| (ms|bytes|messages)? *\| [^|]+\|$/gm)]
const documented = new Map(rows.map(([, name, fallback, unit]) => [name!, { fallback: fallback!, unit }]))

test('docs/producing-reference.md lists every option of the producer, and no other', () => {
  assert.equal([...documented.keys()].sort(), Object.keys(producerOptions).sort())
})

for (const [name, { fallback, expected }] of Object.entries(producerOptions)) {
  test(`docs/producing-reference.md tells the default and the unit of ${name}`, () => {
    const told = documented.get(name)!
    if (typeof fallback === 'number') assert.is(told.fallback, String(fallback))
    if (typeof fallback === 'string') assert.is(told.fallback, `\`'${fallback}'\``)
    const unit = /milliseconds|bytes/.exec(expected)?.[0]
    if (unit && name !== 'serializer') assert.is(told.unit, unit === 'bytes' ? 'bytes' : 'ms')
  })
}

test.run()
