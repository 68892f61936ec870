import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as kernel from '../../src/kernel'

const { ArgumentError, BrokerError, ClosedError, CorruptRecordError, FailedPayloadsError, KafkaError } =
  kernel

const place = { topic: 'orders', partition: 3, offset: 9223372036854775807n }

/** The kernel as a second copy of the package has it. */
function anotherCopy(): typeof kernel {
  const file = require.resolve('../../src/kernel')
  const own = Object.keys(require.cache).filter(path => path.startsWith(file.replace(/index\.js$/, '')))
  const kept = own.map(path => [path, require.cache[path]] as const)
  for (const path of own) delete require.cache[path]
  try {
    return require('../../src/kernel') as typeof kernel
  } finally {
    for (const [path, module] of kept) require.cache[path] = module
  }
}

test('instanceof knows the errors of another copy of the package, and tells its classes apart', () => {
  const other = anotherCopy()
  assert.is.not(other.ClosedError, ClosedError)
  const error: unknown = new other.ClosedError('the client')
  assert.ok(error instanceof ClosedError && error instanceof KafkaError)
  assert.not.ok(error instanceof ArgumentError)
  for (const stranger of [new Error('closed'), { kind: 'closed' }, null, undefined, 'closed'])
    assert.not.ok(stranger instanceof KafkaError)
})

test('retriable are the errors after which the same call may be made again', () => {
  const remedies = [
    ...['retry', 'refresh-metadata', 'find-coordinator'],
    ...['rejoin', 'reset-offset', 'new-producer-id', 'give-up'],
  ] as const
  const retriable = remedies.map(
    remedy => new BrokerError({ name: 'X', code: 1, remedy, meaning: 'm' }, 'here').retriable,
  )
  assert.equal(retriable, [true, true, true, false, false, false, false])
})

test('an error can be logged as JSON, whatever int64 it or its payloads hold', () => {
  const corrupt = new CorruptRecordError(place, 'checksum is wrong')
  const json = {
    name: 'CorruptRecordError',
    message: 'orders/3 offset 9223372036854775807: checksum is wrong',
    remedy: 'give-up',
    kind: 'corrupt',
    topic: 'orders',
    partition: 3,
    offset: '9223372036854775807',
  }
  assert.equal(JSON.parse(JSON.stringify(corrupt)), json)
  const failed = new FailedPayloadsError('Fetch', [{ nextOffset: 7n }], [{ payload: place, error: corrupt }])
  const { responses, failedPayloads } = JSON.parse(JSON.stringify(failed)) as Record<string, unknown>
  assert.equal(responses, [{ nextOffset: '7' }])
  assert.equal(failedPayloads, [{ payload: { ...place, offset: json.offset }, error: json }])
})

test('a value in a text is short, whatever it is', () => {
  const values = [
    'a"b',
    'x'.repeat(200),
    5n,
    Buffer.alloc(3),
    [1, 2],
    { host: 'a', port: 1 },
    null,
    undefined,
  ]
  assert.equal(values.map(kernel.inspect), [
    '"a\\"b"',
    `"${'x'.repeat(77)}..."`,
    '5n',
    'Buffer of 3 bytes',
    'array of 2',
    'object host, port',
    'null',
    'undefined',
  ])
})

test.run()
