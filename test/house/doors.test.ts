import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KafkaError } from 'rx-kafka'
import { explainLayout, type Field } from 'rx-kafka/protocol'
import * as sources from '../../src'
import * as protocol from '../../src/protocol'

test('a test imports the package by its name, as users do, and gets the very same classes', () => {
  assert.is(KafkaError, sources.KafkaError)
  assert.is(explainLayout, protocol.explainLayout)
})

test('the types behind the name are those of the sources', () => {
  const field: protocol.Field<unknown> | undefined = undefined as Field<unknown> | undefined
  // @ts-expect-error -- were the name not resolved, every use of it would pass
  const wrong: string = undefined as Field<unknown> | undefined
  assert.equal([field, wrong], [undefined, undefined])
})

test('import and require give one copy of each class', async () => {
  const imported = await import('rx-kafka')
  const importedProtocol = await import('rx-kafka/protocol')
  assert.is(imported.KafkaError, KafkaError)
  assert.is(importedProtocol.explainLayout, explainLayout)
})

test('the declarations name no type that some compilers lack', () => {
  const folder = dirname(require.resolve('rx-kafka'))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith('.d.ts'),
  )
  assert.ok(files.length > 300)
  const newer = files.filter(path =>
    /Buffer<|Uint8Array<|(?<!typeof )import\("long"\)/.test(readFileSync(join(folder, path), 'utf8')),
  )
  assert.equal(newer, [])
})

test.run()
