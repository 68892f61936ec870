import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ReceivedMessage } from '../../src'
import { delimited, formatOf } from '../../src/cli/consume/format'
import { jsonLine } from '../../src/cli/consume/json-line'

const message: ReceivedMessage = {
  topic: 'orders',
  partition: 3,
  offset: 2n ** 60n,
  timestamp: 1_700_000_000_000n,
  timestampType: 'create',
  key: Buffer.from('k\u00e4'),
  value: Buffer.from([0xff, 0x00, 0x41]),
  headers: [
    ['trace', Buffer.from('7')],
    ['none', null],
    ['', Buffer.of()],
  ],
  get raw() {
    return message
  },
}
const bare: ReceivedMessage = { ...message, timestamp: -1n, key: null, value: null, headers: [] }

const formats: readonly (readonly [format: string, full: string | Buffer, bare: string])[] = [
  ['%t', 'orders', 'orders'],
  ['%p', '3', '3'],
  ['%o', '1152921504606846976', '1152921504606846976'],
  ['%T', '1700000000000', '-1'],
  ['%k', 'k\u00e4', ''],
  ['%s', Buffer.from([0xff, 0x00, 0x41]), ''],
  ['%K %S', '3 3', '-1 -1'],
  ['%h', 'trace=7,none=NULL,=', ''],
  ['%%t', '%t', '%t'],
  ['%t%p', 'orders3', 'orders3'],
  ['a\\tb\\n', 'a\tb\n', 'a\tb\n'],
  ['\\r\\0\\\\n', '\r\0\\n', '\r\0\\n'],
  ['\\x41\\xe2\\x82\\xac', 'A\u20ac', 'A\u20ac'],
  ['\u20ac', '\u20ac', '\u20ac'],
  ['\\q\\', 'q\\', 'q\\'],
  ['', '', ''],
]

for (const [format, full, empty] of formats)
  test(`the format "${format}" prints what it stands for`, () => {
    const print = formatOf(format)
    assert.equal(Buffer.from(print(message), 'latin1'), Buffer.from(full))
    assert.equal(Buffer.from(print(bare), 'latin1'), Buffer.from(empty))
  })

test('without a format a value is printed with the delimiter behind it, and the key before it if wanted', () => {
  const print = (...[delimiter, key]: Parameters<typeof delimited>) =>
    delimited(delimiter, key)({ ...message, value: Buffer.from('v') })
  assert.is(print('\\n', undefined), 'v\n')
  assert.is(print('', undefined), 'v')
  assert.is(Buffer.from(print('\u20ac', '\\t'), 'latin1').toString(), 'k\u00e4\tv\u20ac')
  assert.is(delimited('\\n', ':')(bare), ':\n')
})

test('as JSON a message keeps all that it is made of', () => {
  const parsed = JSON.parse(Buffer.from(jsonLine(message), 'latin1').toString()) as unknown
  assert.equal(parsed, {
    topic: 'orders',
    partition: 3,
    offset: '1152921504606846976',
    timestamp: 1_700_000_000_000,
    key: 'k\u00e4',
    value: { base64: '/wBB' },
    headers: [
      ['trace', '7'],
      ['none', null],
      ['', ''],
    ],
  })
  assert.is(
    jsonLine(bare),
    '{"topic":"orders","partition":3,"offset":"1152921504606846976","timestamp":null,"key":null,"value":null,"headers":[]}\n',
  )
})

test.run()
