import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../../src/protocol'
import { AdminRig, told } from './admin-rig'

const test = suite<{ admin: AdminRig }>('DescribeConfigs')
test.before.each(async context => {
  const orders = { config: { 'retention.ms': 5, 'cleanup.policy': 'compact' } }
  context.admin = await AdminRig.start({ brokers: 2, topics: { orders } })
})
test.after.each(({ admin }) => admin.close())

type Request = RequestOf<typeof Apis.DescribeConfigs>
const kind = { topic: 2, broker: 4, logger: 8, group: 32 }

async function describe(
  admin: AdminRig,
  [resourceType, resourceName]: readonly [number, string],
  names: readonly string[] | null = null,
  more: Partial<Request> & { version?: number } = {},
) {
  const { version = 4, ...flags } = more
  const body = { resources: [{ resourceType, resourceName, configurationKeys: names }], ...flags }
  return (await admin.ask(Apis.DescribeConfigs, version, body)).results[0]!
}

test('a topic tells all its configs, whose they are, and only when asked where else and what for', async ({
  admin,
}) => {
  const all = await describe(admin, [kind.topic, 'orders'])
  assert.equal([told(all), all.configs.length], ['NONE ', 33])
  assert.ok(all.configs.every(one => one.synonyms.length === 0 && one.documentation === null))
  const wanted = ['cleanup.policy', 'no.such']
  const flags = { includeSynonyms: true, includeDocumentation: true }
  const { configs } = await describe(admin, [kind.topic, 'orders'], wanted, flags)
  const [{ documentation, ...policy }] = configs as [(typeof configs)[0]]
  assert.equal(policy, {
    ...{ name: 'cleanup.policy', value: 'compact', configType: 7, configSource: 1 },
    ...{ readOnly: false, isSensitive: false, isDefault: false },
    synonyms: [
      { name: 'cleanup.policy', value: 'compact', source: 1 },
      { name: 'log.cleanup.policy', value: 'delete', source: 5 },
    ],
  })
  assert.match(documentation!, /by age and size/)
  assert.is(configs.length, 1)
})

test('an empty list of names means all', async ({ admin }) => {
  assert.is((await describe(admin, [kind.topic, 'orders'], [])).configs.length, 33)
})

test('version 0 says what is a default instead of where it comes from', async () => {
  const admin = await AdminRig.start({
    versions: '2.8',
    topics: { orders: { config: { 'retention.ms': 5 } } },
  })
  for (let version = 0; version <= 4; version++) {
    const { configs } = await describe(admin, [kind.topic, 'orders'], ['retention.ms', 'segment.ms'], {
      version,
    })
    assert.equal(
      configs.map(({ value, isDefault, configSource }) => [value, isDefault, configSource]),
      version === 0
        ? [
            ['5', false, -1],
            ['604800000', true, -1],
          ]
        : [
            ['5', false, 1],
            ['604800000', false, 5],
          ],
    )
  }
  await admin.close()
})

test('a broker tells its own configs, which of them are fixed, and keeps what may be a secret', async ({
  admin,
}) => {
  const names = ['node.id', 'log.retention.ms', 'listeners', 'ssl.key.password']
  const { configs } = await describe(admin, [kind.broker, '1'], names)
  const lines = configs.map(({ name, value, readOnly, isSensitive, configSource, configType }) =>
    [name, value, readOnly ? 'fixed' : 'open', isSensitive, configSource, configType].join(' '),
  )
  const { port } = admin.kafka.brokers[0]!
  assert.equal(lines, [
    `listeners PLAINTEXT://broker1:${port} open false 4 7`,
    'log.retention.ms  open false 5 5',
    'node.id 1 fixed false 4 3',
    'ssl.key.password  open true 5 9',
  ])
  assert.ok((await describe(admin, [kind.broker, '1'])).configs.length > 300)
})

test("the coordinators' own topics are set as Kafka sets them", async ({ admin }) => {
  for (const keyType of [0, 1])
    await admin.ask(Apis.FindCoordinator, 3, { key: 'billing', keyType, coordinatorKeys: [] })
  await admin.settle()
  const own = async (name: string) => {
    const { configs } = await describe(admin, [kind.topic, name])
    return configs.filter(({ configSource }) => configSource === 1).map(one => `${one.name}=${one.value}`)
  }
  const both = ['segment.bytes=104857600']
  assert.equal(await own('__consumer_offsets'), [
    'cleanup.policy=compact',
    'compression.type=producer',
    ...both,
  ])
  assert.equal(await own('__transaction_state'), [
    ...['cleanup.policy=compact', 'compression.type=uncompressed', 'min.insync.replicas=2'],
    ...[...both, 'unclean.leader.election.enable=false'],
  ])
})

test('no broker in particular tells what was changed for all of them', async ({ admin }) => {
  const { configs } = await describe(admin, [kind.broker, ''], null, { includeSynonyms: true })
  const synonyms = [{ name: 'min.insync.replicas', value: '1', source: 3 }]
  assert.equal(
    configs.map(({ name, value, configSource, synonyms }) => ({ name, value, configSource, synonyms })),
    [{ name: 'min.insync.replicas', value: '1', configSource: 3, synonyms }],
  )
})

test('a group has configs, there or not', async ({ admin }) => {
  const { configs } = await describe(admin, [kind.group, 'billing'], ['consumer.session.timeout.ms'])
  assert.equal(
    configs.map(({ value, configSource }) => [value, configSource]),
    [['45000', 5]],
  )
})

const refusals: readonly (readonly [number, string, string])[] = [
  [kind.topic, 'x', 'UNKNOWN_TOPIC_OR_PARTITION '],
  [kind.topic, '..', "INVALID_TOPIC_EXCEPTION Topic name is invalid: '..' is not allowed"],
  [kind.broker, '2', 'INVALID_REQUEST Unexpected broker id, expected 1 or empty string, but received 2'],
  [kind.broker, 'x', 'INVALID_REQUEST Broker id must be an integer, but it is: x'],
  [kind.logger, '', 'INVALID_REQUEST Broker id must not be empty'],
  [kind.logger, '2', 'INVALID_REQUEST Unexpected broker id, expected 1 but received 2'],
  [kind.group, '', 'INVALID_REQUEST Group name must not be empty'],
]
for (const [type, name, answer] of refusals) {
  test(`resource ${type} "${name}" is ${answer}`, async ({ admin }) => {
    const refused = await describe(admin, [type, name])
    assert.equal([told(refused), refused.configs], [answer, []])
  })
}

test('what has no configs is INVALID_REQUEST', async ({ admin }) => {
  const refused = await describe(admin, [7, 'x'])
  assert.match(told(refused), /^INVALID_REQUEST This most likely occurs/)
})

test('what has configs is listed by kind', async ({ admin }) => {
  const list = async (version: number, resourceTypes: readonly number[] = []) => {
    const body = version === 0 ? {} : { resourceTypes }
    const { errorCode, configResources } = await admin.ask(Apis.ListConfigResources, version, body)
    return [errorCode, ...configResources.map(one => `${one.resourceType} ${one.resourceName}`)]
  }
  assert.equal(await list(1), [0, '8 1', '8 2', '4 1', '4 2', '2 orders'])
  assert.equal(await list(1, [kind.topic, kind.broker]), [0, '4 1', '4 2', '2 orders'])
  assert.equal(await list(0), [0])
  assert.equal(await list(1, [kind.topic, 7]), [35])
})

test.run()
