import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerConfig, type GivenConfig } from '../../../src/broker/configs'
import { brokerConfigs } from '../../../src/broker/configs/broker-configs'
import { configsWithoutEffect } from '../../../src/broker/configs/without-effect'
import { ArgumentError } from '../../../src/kernel'

const test = suite('broker config')

const entry = (config: BrokerConfig, name: string) => config.entries().find(one => one.name === name)!
const line = (config: BrokerConfig, name: string) => {
  const { value, source, readOnly, synonyms } = entry(config, name)
  const places = synonyms.map(one => `${one.name}=${one.value}/${one.source}`)
  return [`${value}/${source}`, readOnly ? 'fixed' : 'open', ...places].join(' ')
}
const map = (given: Record<string, string>) => new Map(Object.entries(given))

test('without settings it has the defaults of Kafka', () => {
  const config = BrokerConfig.from()
  assert.is(config.int('num.partitions'), 1)
  assert.is(config.int('offsets.topic.num.partitions'), 50)
  assert.is(config.int('offsets.topic.replication.factor'), 3)
  assert.is(config.int('group.initial.rebalance.delay.ms'), 3000)
  assert.is(config.int('socket.request.max.bytes'), 104_857_600)
  assert.is(config.long('connections.max.idle.ms'), 600_000n)
  assert.is(config.flag('auto.create.topics.enable'), true)
  assert.equal(config.list('log.cleanup.policy'), ['delete'])
  assert.is(config.text('log.message.timestamp.type'), 'CreateTime')
  assert.is(config.double('log.cleaner.min.cleanable.ratio'), 0.5)
})

test('settings are given as text, number or boolean', () => {
  const config = BrokerConfig.from({
    'num.partitions': 3,
    'auto.create.topics.enable': false,
    'message.max.bytes': ' 9 ',
  })
  assert.is(config.int('num.partitions'), 3)
  assert.is(config.flag('auto.create.topics.enable'), false)
  assert.is(config.int('message.max.bytes'), 9)
  assert.is(line(config, 'num.partitions'), '3/4 fixed num.partitions=3/4 num.partitions=1/5')
})

const wrong: readonly GivenConfig[] = [
  { 'num.partitions': 0 },
  { 'num.partitions': 'x' },
  { 'num.partitions': 1.5 },
  { 'log.cleanup.policy': 'forget' },
  { 'auto.create.topics.enable': 1 },
]
for (const given of wrong) {
  const [[name, value]] = Object.entries(given) as [[string, unknown]]
  test(`${name} ${value} is refused by name`, () => {
    assert.throws(
      () => BrokerConfig.from(given),
      (error: unknown) => error instanceof ArgumentError && error.argument === `config ${name}`,
    )
  })
}

test('a name that Kafka does not know is kept, and its value is not told', () => {
  const config = BrokerConfig.from({ 'my.unknown': 5 })
  const { value, type, sensitive } = entry(config, 'my.unknown')
  assert.equal([value, type, sensitive], [null, undefined, true])
  assert.is(line(config, 'my.unknown'), 'null/4 fixed my.unknown=null/4')
})

test('what is set for one broker comes before what is set for all, and that before its file', () => {
  const config = BrokerConfig.from({ 'message.max.bytes': 1 }).changed(
    map({ 'message.max.bytes': '2', 'log.retention.ms': '7' }),
    map({ 'message.max.bytes': '3' }),
  )
  assert.is(config.int('message.max.bytes'), 3)
  assert.is(
    line(config, 'message.max.bytes'),
    '3/2 open message.max.bytes=3/2 message.max.bytes=2/3 message.max.bytes=1/4 message.max.bytes=1048588/5',
  )
  assert.is(config.long('log.retention.ms'), 7n)
})

test('coarser units are told after the finer ones', () => {
  const config = BrokerConfig.from({ 'log.retention.hours': 1, 'log.retention.minutes': 7 })
  assert.is(line(config, 'log.retention.ms'), 'null/5 open')
  assert.is(
    line(config, 'log.retention.minutes'),
    '7/4 fixed log.retention.minutes=7/4 log.retention.hours=1/4 log.retention.hours=168/5',
  )
})

test('the least number of replicas in sync belongs to the cluster', () => {
  assert.is(
    line(BrokerConfig.from(), 'min.insync.replicas'),
    '1/3 open min.insync.replicas=1/3 min.insync.replicas=1/5',
  )
  assert.is(
    line(BrokerConfig.from({ 'min.insync.replicas': 2 }), 'min.insync.replicas'),
    '2/3 open min.insync.replicas=2/3 min.insync.replicas=2/4 min.insync.replicas=1/5',
  )
})

test('a node is known by both its names', () => {
  const config = BrokerConfig.from().and({ 'node.id': 7 })
  assert.is(line(config, 'broker.id'), '7/4 fixed broker.id=7/4 broker.id=-1/5')
  assert.is(line(config, 'node.id'), '7/4 fixed node.id=7/4')
})

test('every config has one row', () => {
  const twice = Object.keys(brokerConfigs).filter(name => Object.hasOwn(configsWithoutEffect, name))
  assert.equal(twice, [])
})

test('what has no effect is known all the same: its type, and whether it may change', () => {
  const config = BrokerConfig.from({ 'num.io.threads': 3 })
  assert.is(line(config, 'num.io.threads'), '3/4 open num.io.threads=3/4 num.io.threads=8/5')
  assert.is(line(config, 'queued.max.requests'), '500/5 fixed queued.max.requests=500/5')
  assert.throws(() => BrokerConfig.from({ 'num.io.threads': 'many' }), /num.io.threads/)
})

test('a password is known to be there and not told', () => {
  const { value, sensitive, synonyms } = entry(
    BrokerConfig.from({ 'ssl.key.password': 'x' }),
    'ssl.key.password',
  )
  assert.equal(
    [value, sensitive, synonyms],
    [null, true, [{ name: 'ssl.key.password', value: null, source: 4 }]],
  )
})

test.run()
