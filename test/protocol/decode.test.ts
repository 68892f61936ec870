import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Long, ProtocolError } from '../../src/kernel'
import { decodeLayout, defineLayout, field, unknownTags, type Fields } from '../../src/protocol'

const { array, bytes, int8, int16, int64, string, struct, uuid } = field
const test = suite('decode')

function decode(fields: Fields, hex: string, { version = 0, flexible = false } = {}): unknown {
  const layout = defineLayout({ name: 'Sample', versions: [0, 9], flexible: flexible ? 0 : null, fields })
  return decodeLayout(layout, version, Buffer.from(hex, 'hex'))
}

function refuses(work: () => unknown, path: string, reason: string): void {
  assert.throws(work, (error: unknown) => {
    assert.instance(error, ProtocolError)
    assert.equal([(error as ProtocolError).path, (error as ProtocolError).reason], [path, reason])
    return true
  })
}

test('a reader sees every field, those of other versions at their defaults', () => {
  const fields = {
    a: int8,
    b: int8.since(1).default(-1),
    c: int64.since(1).default(-1n),
    d: string.since(1),
    e: array(int8).since(1),
    f: struct({ g: uuid, h: int16.default(5) }).since(1),
    i: string.since(1).nullable().default(null),
  }
  const f = { g: 'AAAAAAAAAAAAAAAAAAAAAA', h: 5 }
  assert.equal(decode(fields, '07'), { a: 7, b: -1, c: Long.NEG_ONE, d: '', e: [], f, i: null })
})

test('int64 is read as Long', () => {
  assert.equal(decode({ a: int64 }, '7fffffffffffffff'), { a: Long.MAX_VALUE })
})

test('bytes are views of the frame', () => {
  const frame = Buffer.from('000000020102', 'hex')
  const layout = defineLayout({ name: 'Sample', versions: [0, 0], flexible: null, fields: { a: bytes } })
  const { a } = decodeLayout(layout, 0, frame) as { a: Buffer }
  frame[4] = 9
  assert.equal(a, Buffer.from([9, 2]))
})

test('tagged fields come in any number, known ones by name and others as bytes', () => {
  const fields = { a: int8.tag(0), b: string.tag(3).default('none') }
  const flexible = { flexible: true }
  assert.equal(decode(fields, '02' + '000105' + '02020708', flexible), {
    a: 5,
    b: 'none',
    [unknownTags]: [{ tag: 2, data: Buffer.from([7, 8]) }],
  })
})

test('null where it may not be is refused', () => {
  refuses(() => decode({ a: string }, 'ffff'), 'a.(length)', 'null where null is not allowed')
  refuses(
    () => decode({ a: array(int8) }, '00', { flexible: true }),
    'a.(count)',
    'null where null is not allowed',
  )
})

test('a negative length is refused, also where null may be', () => {
  refuses(() => decode({ a: string.nullable() }, 'fffe'), 'a.(length)', 'negative length -2')
})

test('lengths beyond the end are refused, naming the element', () => {
  const fields = { a: array({ b: string }) }
  refuses(() => decode(fields, '0000000300000001'), 'a[1].b', '1 bytes wanted, 0 left')
  refuses(() => decode(fields, '00000009'), 'a.(count)', '9 elements announced, 0 bytes left')
})

test('a tag that is longer or shorter than it says is refused', () => {
  const flexible = { flexible: true }
  refuses(
    () => decode({ a: int8.tag(0) }, '01' + '000205' + '00', flexible),
    'a',
    'tag 0 said 2 bytes and has 1',
  )
})

test('tags out of order or twice are refused', () => {
  const fields = { a: int8.tag(0), b: int8.tag(1) }
  const flexible = { flexible: true }
  refuses(() => decode(fields, '02' + '010105' + '000105', flexible), '(tag 1)', 'tag 0 after tag 1')
  refuses(() => decode(fields, '02' + '000105' + '000105', flexible), '(tag 1)', 'tag 0 after tag 0')
})

test('a varint of more than 32 bits is refused', () => {
  refuses(
    () => decode({ a: bytes }, 'ffffffffff', { flexible: true }),
    'a.(length)',
    'varint of more than 32 bits',
  )
})

test.run()
