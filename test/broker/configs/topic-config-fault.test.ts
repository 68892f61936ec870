import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { topicConfigFault, validateTopicConfig } from '../../../src/broker/configs'

const test = suite('topic config fault')

const fault = (given: Record<string, string | null>) => topicConfigFault(new Map(Object.entries(given)))

/** What Kafka 4.3.1 answers to one value. */
const faults: readonly (readonly [name: string, value: string, message: string])[] = [
  ['retention.ms', ' x ', 'Invalid value  x  for configuration retention.ms: Not a number of type LONG'],
  ['retention.ms', '', 'Invalid value  for configuration retention.ms: Not a number of type LONG'],
  ['retention.ms', '-2', 'Invalid value -2 for configuration retention.ms: Value must be at least -1'],
  [
    'flush.ms',
    '9223372036854775808',
    'Invalid value 9223372036854775808 for configuration flush.ms: Not a number of type LONG',
  ],
  [
    'min.insync.replicas',
    '2147483648',
    'Invalid value 2147483648 for configuration min.insync.replicas: Not a number of type INT',
  ],
  ['segment.bytes', '+5', 'Invalid value 5 for configuration segment.bytes: Value must be at least 1048576'],
  ['segment.bytes', '1e9', 'Invalid value 1e9 for configuration segment.bytes: Not a number of type INT'],
  [
    'compression.gzip.level',
    '0',
    'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1',
  ],
  [
    'compression.lz4.level',
    '18',
    'Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17',
  ],
  [
    'min.cleanable.dirty.ratio',
    '-1',
    'Invalid value -1.0 for configuration min.cleanable.dirty.ratio: Value must be at least 0',
  ],
  [
    'min.cleanable.dirty.ratio',
    '1.1',
    'Invalid value 1.1 for configuration min.cleanable.dirty.ratio: Value must be no more than 1',
  ],
  [
    'preallocate',
    'yes',
    'Invalid value yes for configuration preallocate: Expected value to be either true or false',
  ],
  [
    'message.timestamp.type',
    'x',
    'Invalid value x for configuration message.timestamp.type: String must be one of: CreateTime, LogAppendTime',
  ],
  [
    'cleanup.policy',
    'delete,x',
    'Invalid value x for configuration cleanup.policy: String must be one of: compact, delete',
  ],
  ['cleanup.policy', 'delete,', "Configuration 'cleanup.policy' values must not be empty."],
  [
    'leader.replication.throttled.replicas',
    '0:1,*',
    'Invalid value [0:1, *] for configuration leader.replication.throttled.replicas: ' +
      "leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following " +
      'format: [partitionId]:[brokerId],[partitionId]:[brokerId],...',
  ],
  [
    'remote.storage.enable',
    ' TRUE ',
    'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
  ],
  ['log.retention.ms', '5', 'Unknown topic config name: log.retention.ms'],
  ['constructor', '5', 'Unknown topic config name: constructor'],
]
for (const [name, value, message] of faults) {
  test(`${name} may not be "${value}"`, () => assert.is(validateTopicConfig(name, value), message))
}

const sound: readonly (readonly [name: string, value: string])[] = [
  ['retention.ms', '-1'],
  ['retention.bytes', '-9'],
  ['segment.bytes', ' 1048576 '],
  ['flush.messages', '9223372036854775807'],
  ['compression.gzip.level', '-1'],
  ['compression.type', ' gzip '],
  ['min.cleanable.dirty.ratio', '1d'],
  ['min.cleanable.dirty.ratio', 'NaN'],
  ['cleanup.policy', ''],
  ['cleanup.policy', 'compact , delete'],
  ['leader.replication.throttled.replicas', '0:1,1:2'],
  ['leader.replication.throttled.replicas', '*'],
  ['preallocate', 'False'],
]
for (const [name, value] of sound) {
  test(`${name} may be "${value}"`, () => assert.is(validateTopicConfig(name, value), undefined))
}

test('nothing may be null, which is said before anything else', () => {
  const message = 'Null value not supported for topic configs: retention.ms,nope'
  assert.is(fault({ 'retention.ms': null, 'segment.ms': 'x', nope: null }), message)
})

test('an unknown name is said before a wrong value', () => {
  assert.is(fault({ 'retention.ms': 'x', nope: '1' }), 'Unknown topic config name: nope')
})

test('wrong values are judged in the order of the table, not of the request', () => {
  assert.is(
    fault({ 'cleanup.policy': 'x', 'segment.ms': 'y' }),
    'Invalid value y for configuration segment.ms: Not a number of type LONG',
  )
})

test('a message may not have to wait for compaction longer than it may', () => {
  const lags = (least: string, most: string) =>
    fault({ 'min.compaction.lag.ms': least, 'max.compaction.lag.ms': most })
  assert.is(
    lags('5', '4'),
    'conflict topic config setting min.compaction.lag.ms (5) > max.compaction.lag.ms (4)',
  )
  assert.is(lags('5', '5'), undefined)
})

test.run()
