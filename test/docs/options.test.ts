import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { eachOptions, processOptions } from '../../src/consumer/faces/options'
import { hookOptions } from '../../src/consumer/hooks'
import { consumerOptions } from '../../src/consumer/options'
import { membershipOptions } from '../../src/group/options'
import type { OptionTable } from '../../src/kernel'
import { producerOptions } from '../../src/producer/options'

/** Those that a table does not share with another one. */
const own = (table: OptionTable, other: OptionTable): OptionTable =>
  Object.fromEntries(Object.entries(table).filter(([name, option]) => option !== other[name]))

const tables = [
  { page: 'docs/producing-reference.md', heading: 'Options', options: producerOptions },
  { page: 'docs/consuming.md', heading: 'Of a consumer', options: consumerOptions },
  {
    page: 'docs/consuming.md',
    heading: 'Of a member of a group',
    options: { ...membershipOptions, ...hookOptions },
  },
  { page: 'docs/consuming.md', heading: 'Of process', options: processOptions },
  { page: 'docs/consuming.md', heading: 'Of processEach', options: own(eachOptions, processOptions) },
] satisfies { page: string; heading: string; options: OptionTable }[]

/** By option, what a page says under a heading. */
function documentedIn(page: string, heading: string) {
  const text = readFileSync(join(__dirname, '../../..', page), 'utf8')
  const section = text.split(/^#+ /m).find(part => part.startsWith(`${heading}\n`))!
  const rows = section.matchAll(/^\| `(\w+)` +\| ([^|]*?) +\| (ms|bytes|messages|batches)? *\| [^|]+\|$/gm)
  return new Map([...rows].map(([, name, fallback, unit]) => [name!, { fallback: fallback!, unit }]))
}

for (const { page, heading, options } of tables) {
  const documented = documentedIn(page, heading)

  test(`${page}, "${heading}", lists every option there is, and no other`, () => {
    assert.equal([...documented.keys()].sort(), Object.keys(options).sort())
  })

  for (const [name, { fallback, expected }] of Object.entries(options as OptionTable))
    test(`${page}, "${heading}", tells the default and the unit of ${name}`, () => {
      const told = documented.get(name)!
      if (typeof fallback === 'number') assert.is(told.fallback, String(fallback))
      if (typeof fallback === 'string') assert.is(told.fallback, `\`'${fallback}'\``)
      const unit = /milliseconds|bytes/.exec(expected)?.[0]
      if (unit && !/serializer$/i.test(name) && name !== 'autoOffsetReset')
        assert.is(told.unit, unit === 'bytes' ? 'bytes' : 'ms')
    })
}

test.run()
