import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as broker from 'rx-kafka/broker'

/** What a test of a service may hold. Whatever stands here is kept for as long as the package's major version. */
const values = [
  'EmbeddedKafka',
  'MemoryNetwork',
  'VirtualClock',
  'answerWith',
  'closeConnection',
  'cutAnswer',
  'delayAnswer',
  'delayRequest',
  'describeEvent',
  'dropAnswer',
  'duplicate',
  'failAfterwards',
  'seededRandom',
  'throttle',
]
const types = [
  'BrokerEndpoint',
  'BrokerEvent',
  'BrokerHandle',
  'Clock',
  'ConfigValue',
  'EmbeddedKafkaOptions',
  'ErrorTarget',
  'Fault',
  'FaultConditions',
  'FaultRun',
  'Faults',
  'GroupView',
  'LoggedRequest',
  'Pace',
  'PartitionHandle',
  'Random',
  'Release',
  'RequestLog',
  'SeenRequest',
  'SetFault',
  'TopicOptions',
  'TransactionView',
]

/** Every name, also of types, that the door's source exports. */
function exportedNames(): string[] {
  const source = readFileSync(join(__dirname, '../../../src/broker/index.ts'), 'utf8')
  const lists = [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list]) => list!.split(','))
  return lists.map(name => name.trim().replace(/^type /, '')).filter(name => name !== '')
}

test('the door of the broker leads to what a user needs', () => {
  assert.equal(Object.keys(broker).sort(), values)
  assert.equal(exportedNames().sort(), [...values, ...types].sort())
})

test('what brokers are made of is nothing that start takes', () => {
  const start: (options?: broker.EmbeddedKafkaOptions) => unknown = options =>
    broker.EmbeddedKafka.start(options)
  // @ts-expect-error -- a second argument would be ignored
  const startOf = (parts: object): unknown => broker.EmbeddedKafka.start({}, parts)
  assert.equal([typeof start, typeof startOf], ['function', 'function'])
})

test.run()
