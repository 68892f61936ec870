import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

interface Block {
  /** Path of the file it is taken from; undefined when it names none. */
  readonly file: string | undefined
  readonly text: string
}

const root = join(__dirname, '..', '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
/** Each with its pages, and the folder of its samples. */
const guides = [
  { pages: ['docs/testing-your-service.md'], folder: 'examples/testing' },
  { pages: ['docs/producing.md', 'docs/producing-transactions.md'], folder: 'examples/producing' },
  { pages: ['docs/consuming.md'], folder: 'examples/consuming' },
]
const fenced = /(?:^<!-- (\S+) -->\n\n)?^```\w+\n([^]*?)\n```$/gm

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(fenced)].map(([, file, text]) => ({ file, text: text! }))
}

/** What the file does not say in just these lines. */
const isStale = ({ file, text }: Block): boolean =>
  file === undefined || !`\n${read(file)}`.includes(`\n${text}\n`)

for (const { pages, folder } of guides) {
  for (const page of pages)
    test(`every sample of ${page} is what stands in its file`, () => {
      const blocks = blocksOf(read(page))
      assert.ok(blocks.length >= 4)
      assert.equal(
        blocks.filter(isStale).map(({ file, text }) => `${file}: ${text.slice(0, 60)}`),
        [],
      )
    })

  test(`every file of ${folder} is in ${pages.join(' or ')}`, () => {
    const files = readdirSync(join(root, folder)).map(name => `${folder}/${name}`)
    const shown = new Set(pages.flatMap(page => blocksOf(read(page))).map(({ file }) => file))
    assert.equal(
      files.filter(file => !shown.has(file)),
      [],
    )
  })
}

test('every sample of the README that names a file is what stands in it', () => {
  const blocks = blocksOf(read('README.md')).filter(({ file }) => file !== undefined)
  assert.ok(blocks.length >= 2)
  assert.equal(
    blocks.filter(isStale).map(({ file }) => file),
    [],
  )
})

test('a sample that differs, or that names no file, is noticed', () => {
  const sample =
    '<!-- examples/testing/order-service.ts -->\n\n```ts\n  const producer = new Producer(client)\n```\n'
  const staleness = (page: string): boolean[] => blocksOf(page).map(isStale)
  assert.equal(staleness(sample), [false])
  assert.equal(staleness(sample.replace('(client)', '(clients)')), [true])
  assert.equal(staleness(sample.replace('  const', 'const')), [true])
  assert.equal(staleness(sample.replace(/<.*>\n\n/, '')), [true])
})

test.run()
