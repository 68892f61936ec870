import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, Long, UnsupportedError } from '../../src/kernel'
import { defineLayout, encodeLayout, field, unknownTags, type Fields } from '../../src/protocol'

const {
  array,
  bool,
  bytes,
  float64,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} = field
const test = suite('encode')

function encode(fields: Fields, value: unknown, { version = 0, flexible = false } = {}): string {
  const layout = defineLayout({ name: 'Sample', versions: [0, 9], flexible: flexible ? 0 : null, fields })
  return encodeLayout(layout, version, value).toString('hex')
}

test('numbers are big-endian, in the width of their type', () => {
  assert.is(encode({ a: int8, b: int16, c: int32 }, { a: -1, b: -2, c: -3 }), 'ff' + 'fffe' + 'fffffffd')
  assert.is(encode({ a: uint16, b: uint32 }, { a: 65535, b: 4294967295 }), 'ffff' + 'ffffffff')
  assert.is(encode({ a: float64, b: bool }, { a: 1.5, b: true }), '3ff8000000000000' + '01')
})

test('int64 takes number, bigint and Long', () => {
  const fields = { a: int64, b: int64, c: int64 }
  const value = { a: -1, b: 2n ** 63n - 1n, c: Long.fromNumber(258) }
  assert.is(encode(fields, value), 'ffffffffffffffff' + '7fffffffffffffff' + '0000000000000102')
})

test('a uuid is the 16 bytes of its base64url', () => {
  assert.is(encode({ a: uuid }, { a: 'AAECAwQFBgcICQoLDA0ODw' }), '000102030405060708090a0b0c0d0e0f')
})

test('text, bytes and arrays have plain lengths, and compact ones in flexible versions', () => {
  const fields = { a: string, b: bytes, c: array(int8) }
  const value = { a: 'é', b: Buffer.from([9]), c: [1, 2] }
  assert.is(encode(fields, value), '0002c3a9' + '0000000109' + '000000020102')
  assert.is(encode(fields, value, { flexible: true }), '03c3a9' + '0209' + '030102' + '00')
})

test('null has the length -1, compact 0', () => {
  const fields = {
    a: string.nullable(),
    b: bytes.nullable(),
    c: array(int8).nullable(),
    d: records.nullable(),
  }
  const value = { a: null, b: null, c: null, d: null }
  assert.is(encode(fields, value), 'ffff' + 'ffffffff' + 'ffffffff' + 'ffffffff')
  assert.is(encode(fields, value, { flexible: true }), '0000000000')
})

test('a struct that may be null has a byte before it', () => {
  const fields = { a: struct({ b: int8 }).nullable() }
  assert.is(encode(fields, { a: null }), 'ff')
  assert.is(encode(fields, { a: { b: 5 } }), '0105')
})

test('what is left out has its default', () => {
  assert.is(encode({ a: int8.default(7), b: int8.since(0).until(3) }, {}), '0700')
})

test('tagged fields are written in the order of their numbers, and only when they are not at their defaults', () => {
  const fields = { b: int8.tag(1), a: int8.tag(0).default(-1), c: struct({ d: int8.default(3) }).tag(2) }
  const flexible = { flexible: true }
  assert.is(encode(fields, { b: 0, a: -1, c: { d: 3 } }, flexible), '00')
  assert.is(encode(fields, { b: 6, a: 5 }, flexible), '02' + '000105' + '010106')
  assert.is(encode(fields, { c: { d: 4 } }, flexible), '01' + '020204' + '00')
})

test('tagged fields of others are written among ours', () => {
  const value = { a: 5, c: 6, [unknownTags]: [{ tag: 1, data: Buffer.from([9]) }] }
  assert.is(
    encode({ a: int8.tag(0), c: int8.tag(2) }, value, { flexible: true }),
    '03' + '000105' + '010109' + '020106',
  )
})

test('a rigid field keeps its plain length in flexible versions', () => {
  assert.is(encode({ a: string.rigid() }, { a: 'x' }, { flexible: true }), '000178' + '00')
})

test('a field of another version is refused by name, unless it is at its default or ignorable', () => {
  const fields = { a: int8, b: struct({ c: int32.since(4).default(-1), d: int32.since(4).ignorable() }) }
  assert.is(encode(fields, { a: 1, b: { c: -1, d: 5 } }), '01')
  assert.throws(
    () => encode(fields, { a: 1, b: { c: 0 } }),
    (error: unknown) =>
      error instanceof UnsupportedError &&
      error.message === 'b.c cannot be sent in version 0; leave it out or use a newer broker',
  )
})

test('a value out of range is an ArgumentError', () => {
  const wrong: [Fields, unknown, string][] = [
    [{ a: int8 }, 128, 'a: expected a whole number from -128 to 127, got 128'],
    [{ a: int16 }, 1.5, 'a: expected a whole number from -32768 to 32767, got 1.5'],
    [{ a: uint16 }, -1, 'a: expected a whole number from 0 to 65535, got -1'],
    [{ a: int64 }, 2n ** 63n, 'a: expected a whole number (number up to 2^53, bigint or Long)'],
    [{ a: int64 }, 2 ** 53, 'a: expected a whole number (number up to 2^53, bigint or Long)'],
    [{ a: string }, 'x'.repeat(32768), 'a: expected at most 32767 bytes of UTF-8'],
    [{ a: uuid }, 'too short', 'a: expected a uuid as 22 characters of base64url'],
    [{ a: array(string) }, ['fine', 5], 'a[]: expected a string, got 5'],
    [{ a: records }, [Buffer.alloc(1), 'no'], 'a: expected record batches as bytes'],
  ]
  for (const [fields, a, text] of wrong) {
    assert.throws(
      () => encode(fields, { a }),
      (error: unknown) => error instanceof ArgumentError && error.message.startsWith(text),
      text,
    )
  }
})

test.run()
