import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { messageOf, type LineForm } from '../../src/cli/produce/line-message'
import { produceOptions } from '../../src/cli/produce/options'

/** Key and value of a line, as text. */
function cut(line: string, form: Partial<LineForm> = {}): readonly (string | null)[] {
  const { key, value } = messageOf(Buffer.from(line), { ...produceOptions(['orders']).form, ...form })
  return [key, value].map(bytes => (bytes === null || bytes === undefined ? null : String(bytes)))
}

const keyDelimiter = Buffer.from('::')

test('a line is a value without a key', () => {
  assert.equal(cut('a::b'), [null, 'a::b'])
  assert.equal(cut(''), [null, ''])
})

test('the key ends at the first delimiter; a line without one has no key', () => {
  assert.equal(cut('k::v::w', { keyDelimiter }), ['k', 'v::w'])
  assert.equal(cut('::v', { keyDelimiter }), ['', 'v'])
  assert.equal(cut('k::', { keyDelimiter }), ['k', ''])
  assert.equal(cut('k:v', { keyDelimiter }), [null, 'k:v'])
})

test('what is empty is null when that is wanted', () => {
  const form = { keyDelimiter, emptyIsNull: true }
  assert.equal(cut('k::', form), ['k', null])
  assert.equal(cut('::v', form), [null, 'v'])
  assert.equal(cut('', form), [null, null])
})

test('a fixed key is for lines without one of their own', () => {
  assert.equal(cut('v', { key: 'fixed' }), ['fixed', 'v'])
  assert.equal(cut('k::v', { keyDelimiter, key: 'fixed' }), ['k', 'v'])
  assert.equal(cut('::v', { keyDelimiter, key: 'fixed', emptyIsNull: true }), ['fixed', 'v'])
})

test('headers, partition and topic go with every message', () => {
  const { form, acks, compression } = produceOptions(
    'orders -p 3 -H trace=a=b -Z -H none -H empty= --acks -1 -z lz4 -K \\t'.split(' '),
  )
  const { topic, partition, headers } = messageOf(Buffer.from('v'), form)
  assert.equal(
    { topic, partition, acks, compression },
    { topic: 'orders', partition: 3, acks: 'all', compression: 'lz4' },
  )
  assert.equal(headers, [
    ['trace', 'a=b'],
    ['none', null],
    ['empty', ''],
  ])
  assert.equal(form.keyDelimiter, Buffer.from('\t'))
})

test.run()
