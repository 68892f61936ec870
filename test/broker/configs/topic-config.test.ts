import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerConfig, configTypes, TopicConfig } from '../../../src/broker/configs'

const test = suite('topic config')

const topic = (
  overrides: Record<string, string> = {},
  broker: Parameters<typeof BrokerConfig.from>[0] = {},
) => new TopicConfig(new Map(Object.entries(overrides)), BrokerConfig.from(broker))
const entry = (config: TopicConfig, name: string) => config.entries().find(one => one.name === name)!
const line = (config: TopicConfig, name: string) => {
  const { value, source, synonyms } = entry(config, name)
  return [`${value}/${source}`, ...synonyms.map(one => `${one.name}=${one.value}/${one.source}`)].join(' ')
}

/** What a broker of Kafka 4.3.1 without settings answers: name, type, value and source, synonyms. */
const ofKafka = `
cleanup.policy 7 delete/5 log.cleanup.policy=delete/5
compression.gzip.level 3 -1/5 compression.gzip.level=-1/5
compression.lz4.level 3 9/5 compression.lz4.level=9/5
compression.type 2 producer/5 compression.type=producer/5
compression.zstd.level 3 3/5 compression.zstd.level=3/5
delete.retention.ms 5 86400000/5 log.cleaner.delete.retention.ms=86400000/5
file.delete.delay.ms 5 60000/5 log.segment.delete.delay.ms=60000/5
flush.messages 5 9223372036854775807/5 log.flush.interval.messages=9223372036854775807/5
flush.ms 5 9223372036854775807/5
follower.replication.throttled.replicas 7 /5
index.interval.bytes 3 4096/5 log.index.interval.bytes=4096/5
leader.replication.throttled.replicas 7 /5
local.retention.bytes 5 -2/5 log.local.retention.bytes=-2/5
local.retention.ms 5 -2/5 log.local.retention.ms=-2/5
max.compaction.lag.ms 5 9223372036854775807/5 log.cleaner.max.compaction.lag.ms=9223372036854775807/5
max.message.bytes 3 1048588/5 message.max.bytes=1048588/5
message.timestamp.after.max.ms 5 3600000/5 log.message.timestamp.after.max.ms=3600000/5
message.timestamp.before.max.ms 5 9223372036854775807/5 log.message.timestamp.before.max.ms=9223372036854775807/5
message.timestamp.type 2 CreateTime/5 log.message.timestamp.type=CreateTime/5
min.cleanable.dirty.ratio 6 0.5/5 log.cleaner.min.cleanable.ratio=0.5/5
min.compaction.lag.ms 5 0/5 log.cleaner.min.compaction.lag.ms=0/5
min.insync.replicas 3 1/3 min.insync.replicas=1/3 min.insync.replicas=1/5
preallocate 1 false/5 log.preallocate=false/5
remote.log.copy.disable 1 false/5
remote.log.delete.on.disable 1 false/5
remote.storage.enable 1 false/5
retention.bytes 5 -1/5 log.retention.bytes=-1/5
retention.ms 5 604800000/5
segment.bytes 3 1073741824/5 log.segment.bytes=1073741824/5
segment.index.bytes 3 10485760/5 log.index.size.max.bytes=10485760/5
segment.jitter.ms 5 0/5
segment.ms 5 604800000/5
unclean.leader.election.enable 1 false/5 unclean.leader.election.enable=false/5
`

test('a topic that sets nothing has what Kafka gives it', () => {
  const config = topic()
  const lines = config
    .entries()
    .map(({ name, type }) => `${name} ${configTypes[type!]} ${line(config, name)}`)
  assert.is(`\n${lines.join('\n')}\n`, ofKafka)
  assert.ok(config.entries().every(({ readOnly, sensitive }) => !readOnly && !sensitive))
})

test('what a topic sets comes before what its broker gives', () => {
  const config = topic({ 'max.message.bytes': '007' }, { 'message.max.bytes': 5000 })
  assert.is(config.int('max.message.bytes'), 7)
  assert.is(
    line(config, 'max.message.bytes'),
    '7/1 max.message.bytes=7/1 message.max.bytes=5000/4 message.max.bytes=1048588/5',
  )
})

test('values are written as Kafka writes them, lists without what they hold twice', () => {
  const config = topic({
    'cleanup.policy': 'compact, delete,delete',
    preallocate: ' TRUE ',
    'min.cleanable.dirty.ratio': '1',
    'retention.ms': ' +5 ',
  })
  const values = ['cleanup.policy', 'preallocate', 'min.cleanable.dirty.ratio', 'retention.ms']
  assert.equal(
    values.map(name => entry(config, name).value),
    ['compact,delete', 'true', '1.0', '5'],
  )
  assert.equal(config.list('cleanup.policy'), ['compact', 'delete'])
})

test('when a topic is made its values are told as they were given', () => {
  const config = topic({ 'retention.ms': ' 5 ' }, { 'log.roll.hours': 2, 'log.retention.minutes': 7 })
  const created = new Map(config.created().map(({ name, value, source }) => [name, `${value}/${source}`]))
  assert.is(created.get('retention.ms'), ' 5 /1')
  assert.is(created.get('segment.ms'), '7200000/4')
  assert.is(created.get('min.insync.replicas'), '1/3')
  assert.is(created.get('segment.bytes'), '1073741824/5')
})

test('the finest unit that the broker sets counts, and its coarser ones are told as a default', () => {
  const minutes = topic({}, { 'log.retention.hours': 1, 'log.retention.minutes': 7 })
  assert.is(line(minutes, 'retention.ms'), '420000/5')
  const all = topic({}, { 'log.retention.hours': 1, 'log.retention.ms': 9 })
  assert.is(
    line(all, 'retention.ms'),
    '9/4 log.retention.ms=9/4 log.retention.hours=1/4 log.retention.hours=168/5',
  )
})

test('any negative time of the broker is for ever', () => {
  assert.is(topic({}, { 'log.retention.hours': -2 }).long('retention.ms'), -1n)
})

test('a change gives another config, and null takes an override away', () => {
  const first = topic({ 'retention.ms': '5', 'segment.ms': '6' })
  const second = first.with([
    ['retention.ms', null],
    ['flush.ms', '7'],
  ])
  assert.is(second.long('retention.ms'), 604_800_000n)
  assert.equal(
    [...second.overrides],
    [
      ['segment.ms', '6'],
      ['flush.ms', '7'],
    ],
  )
  assert.is(first.long('retention.ms'), 5n)
})

test('what is not for users is told only where it is set', () => {
  assert.is(entry(topic(), 'internal.segment.bytes'), undefined)
  assert.is(entry(topic({ 'internal.segment.bytes': '500' }), 'internal.segment.bytes').value, '500')
})

test('a topic follows its broker', () => {
  const changed = BrokerConfig.from().changed(new Map([['message.max.bytes', '9']]), new Map())
  assert.is(topic().on(changed).int('max.message.bytes'), 9)
})

test.run()
