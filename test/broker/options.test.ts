import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork, VirtualClock } from '../../src/broker'
import { ArgumentError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

async function refusalOf(options: object): Promise<string> {
  try {
    await (await EmbeddedKafka.start(options)).close()
  } catch (error) {
    assert.instance(error, ArgumentError)
    return (error as Error).message
  }
  return 'it started'
}

const refusals: readonly [options: object, message: RegExp][] = [
  [
    { brokers: 2, racks: ['a', 'b', 'c'] },
    /EmbeddedKafka option racks: expected at most one for each of the 2 brokers/,
  ],
  [
    { brokers: 2, port: 65_535 },
    /EmbeddedKafka option port: expected a port from 1 to 65534, so that 2 brokers find room, or 0 for free ones, got 65535/,
  ],
  [
    { topics: { orders: { partition: 3 } } },
    /topic orders option partition: expected a known option \(partitions, replicationFactor, config\), got 3/,
  ],
  [{ topics: { orders: 3 } }, /topic orders options: expected an object, got 3/],
  [
    { topics: { orders: { partitions: '3' } } },
    /topic orders option partitions: expected a whole number .*, got "3"/,
  ],
  [{ topics: { orders: { config: ['a'] } } }, /topic orders option config: expected an object of/],
  [{ topics: { orders: { config: { 'no.such': 1 } } } }, /config no\.such of orders: expected .*, got 1/],
  [{ config: { 'num.partitions': { of: 3 } } }, /EmbeddedKafka option config: expected an object of strings/],
  [
    { config: { 'auto.create.topic.enable': false } },
    /option config: expected names of configs .* \(did you mean auto\.create\.topics\.enable\?\), got "auto\.create\.topic\.enable"/,
  ],
  [{ config: { 'max.message.bytes': 5 } }, /did you mean message\.max\.bytes/],
  [{ config: { 'num.partitions': 3, foo: 5 } }, /names of configs that Kafka's brokers have, got "foo"/],
  ...['0.0.0.0', '::', '::0', '0', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0'].map((host): [object, RegExp] => [
    { host },
    /option host: expected a host that clients can connect to, .* option advertisedHost/,
  ]),
  [{ advertisedHost: '::0' }, /EmbeddedKafka option advertisedHost/],
  [{ tls: { key: 'k' } }, /EmbeddedKafka option tls: expected key and cert, or pfx/],
  [
    { tls: { key: 'no key', cert: 'no certificate' } },
    /EmbeddedKafka option tls: expected what node:tls takes \(.*PEM.*\), got/,
  ],
  [{ network: {} }, /EmbeddedKafka option network: expected a MemoryNetwork/],
  [
    { advertisedHost: '0.0.0.0' },
    /EmbeddedKafka option advertisedHost: expected a host .*, got "0\.0\.0\.0"/,
  ],
  [{ advertisedHost: '' }, /EmbeddedKafka option advertisedHost/],
  [{ advertisedHost: 'kafka:9092' }, /EmbeddedKafka option advertisedHost: .* without a port/],
]

for (const [options, message] of refusals)
  test(`options that cannot be are refused by what was given and what is allowed: ${JSON.stringify(options)}`, async () => {
    assert.match(await refusalOf(options), message)
  })

test('a topic made later is checked as those of the start', async () => {
  const { kafka } = await BrokerRig.start()
  const refused = (options: object) =>
    kafka.createTopic('late', options).then(
      () => 'it was made',
      (error: Error) => error.message,
    )
  assert.match(await refused({ replication: 2 }), /topic late option replication: expected a known option/)
  assert.match(
    await refused({ replicationFactor: 2 }),
    /replicationFactor of late: expected from 1 to the 1 brokers/,
  )
  await kafka.close()
})

test('a pace and the limit of until are checked, too', async () => {
  const { kafka } = await BrokerRig.start()
  const one = kafka.broker(1)
  assert.throws(
    () => one.setPace({ bytesPerSecond: 5 } as never),
    /setPace option bytesPerSecond: expected a known/,
  )
  assert.throws(() => one.setPace({ readBytesPerSecond: 0 }), /setPace option readBytesPerSecond/)
  const misspelt = await kafka
    .until(() => true, { timeout: 5 } as never)
    .then(
      () => 'it waited',
      (error: Error) => error.message,
    )
  assert.match(misspelt, /until option timeout: expected a known/)
  await kafka.close()
})

test('fewer racks than brokers leave the last brokers without one', async () => {
  const { kafka } = await BrokerRig.start({ brokers: 3, racks: ['a', 'b'] })
  assert.equal(
    kafka.brokers.map(({ rack }) => rack),
    ['a', 'b', null],
  )
  await kafka.close()
})

test('clients are told the advertised host, while the broker listens on its own', async () => {
  const kafka = await EmbeddedKafka.start({ advertisedHost: 'kafka.test', brokers: 2 })
  const [one] = kafka.brokers
  assert.is(one!.host, 'kafka.test')
  assert.match(kafka.bootstrap, /^kafka\.test:\d+,kafka\.test:\d+$/)
  // It listens here and comes back here.
  await kafka.broker(1).restart()
  await kafka.close()
})

test('brokers that listen on all addresses tell the advertised one', async () => {
  const kafka = await EmbeddedKafka.start({ host: '0.0.0.0', advertisedHost: 'localhost' })
  assert.match(kafka.bootstrap, /^localhost:\d+$/)
  await kafka.close()
  const network = new MemoryNetwork(new VirtualClock())
  const inMemory = await EmbeddedKafka.start({ host: '0.0.0.0', network })
  assert.match(inMemory.bootstrap, /^broker1:\d+$/, 'it listens on no address')
  await inMemory.close()
})

test('Metadata and FindCoordinator name the advertised host', async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  network.name('kafka.test', ['broker1'])
  const rig = await BrokerRig.start({ clock, network, advertisedHost: 'kafka.test' })
  const client = rig.client({ clock, dial: network.dial, lookup: network.lookup })
  const metadata = await clock.outcomeOf(client.request(Apis.Metadata, { topics: [] }))
  assert.is(metadata.brokers[0]!.host, 'kafka.test')
  const asked = { keyType: 0, coordinatorKeys: ['billing'] }
  const found = async () =>
    (await clock.outcomeOf(client.request(Apis.FindCoordinator, asked))).coordinators[0]!
  await found()
  await clock.advance(100)
  assert.is((await found()).host, 'kafka.test')
  const resource = {
    resourceType: 4,
    resourceName: '1',
    configurationKeys: ['listeners', 'advertised.listeners'],
  }
  const { results } = await clock.outcomeOf(client.request(Apis.DescribeConfigs, { resources: [resource] }))
  const { port } = rig.kafka.brokers[0]!
  const told = results[0]!.configs.map(({ name, value }) => [name, value]).sort()
  assert.equal(told, [
    ['advertised.listeners', `PLAINTEXT://kafka.test:${port}`],
    ['listeners', `PLAINTEXT://broker1:${port}`],
  ])
  await clock.outcomeOf(client.stop())
  await rig.kafka.close()
})

test('the bootstrap string of an IPv6 address has brackets', async () => {
  const kafka = await EmbeddedKafka.start({ advertisedHost: '::1' })
  assert.match(kafka.bootstrap, /^\[::1\]:\d+$/)
  await kafka.close()
})

test.run()
