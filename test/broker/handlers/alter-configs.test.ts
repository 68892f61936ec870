import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMessage } from '../../../src/client'
import { Apis } from '../../../src/protocol'
import { AdminRig, configsOf, told } from './admin-rig'

const test = suite<{ admin: AdminRig }>('altering configs')
test.before.each(async context => {
  const orders = { config: { 'retention.ms': 5, 'segment.ms': 6 } }
  context.admin = await AdminRig.start({ brokers: 2, topics: { orders, other: {} } })
})
test.after.each(({ admin }) => admin.close())

type Resource = readonly [resourceType: number, resourceName: string]
const orders: Resource = [2, 'orders']
const other: Resource = [2, 'other']
const broker: Resource = [4, '1']
const everyBroker: Resource = [4, '']
const group: Resource = [32, 'billing']

/** AlterConfigs: all of a resource's configs anew. */
async function replace(
  admin: AdminRig,
  resources: readonly (readonly [Resource, Record<string, string | null>])[],
  validateOnly = false,
) {
  const body = resources.map(([[resourceType, resourceName], configs]) => ({
    ...{ resourceType, resourceName },
    configs: configsOf(configs),
  }))
  const { responses } = await admin.ask(Apis.AlterConfigs, 2, { resources: body, validateOnly })
  return responses.map(told)
}

const operations = { set: 0, delete: 1, append: 2, subtract: 3, unknown: 9 }
type Step = readonly [operation: keyof typeof operations, name: string, value?: string | null]

/** IncrementalAlterConfigs of one resource. */
async function change(admin: AdminRig, [resourceType, resourceName]: Resource, ...steps: readonly Step[]) {
  const configs = steps.map(([operation, name, value = null]) => ({
    ...{ name, value },
    configOperation: operations[operation],
  }))
  const body = { resources: [{ resourceType, resourceName, configs }], validateOnly: false }
  return (await admin.ask(Apis.IncrementalAlterConfigs, 1, body)).responses.map(told).join()
}

/** What is set and no default: `name=value/source`. */
async function setOn(admin: AdminRig, [resourceType, resourceName]: Resource, id = 1) {
  const body = { resources: [{ resourceType, resourceName, configurationKeys: null }] }
  const { configs } = (await admin.ask(Apis.DescribeConfigs, 4, body, id)).results[0]!
  const changed = configs.filter(({ configSource }) => ![4, 5].includes(configSource))
  return changed.map(({ name, value, configSource }) => `${name}=${value}/${configSource}`)
}
const always = 'min.insync.replicas=1/3'

test('replacing sets what is named and unsets what is not', async ({ admin }) => {
  assert.equal(await replace(admin, [[orders, { 'flush.ms': '7' }]]), ['NONE null'])
  assert.equal(await setOn(admin, orders), ['flush.ms=7/1', always])
  assert.equal(await replace(admin, [[orders, {}]]), ['NONE null'])
  assert.equal(await setOn(admin, orders), [always])
})

test('a change leaves the others as they are', async ({ admin }) => {
  assert.is(await change(admin, orders, ['set', 'flush.ms', '7'], ['delete', 'segment.ms']), 'NONE null')
  assert.equal(await setOn(admin, orders), ['flush.ms=7/1', always, 'retention.ms=5/1'])
})

test('lists are added to and taken from, beginning with the default, each value once', async ({ admin }) => {
  const policyAfter = async (...step: Step) => {
    assert.is(await change(admin, other, step), 'NONE null')
    return (await setOn(admin, other)).find(line => line.startsWith('cleanup.policy'))
  }
  const policy = 'cleanup.policy'
  assert.is(await policyAfter('append', policy, 'compact'), 'cleanup.policy=delete,compact/1')
  assert.is(await policyAfter('append', policy, 'compact,delete'), 'cleanup.policy=delete,compact/1')
  assert.is(await policyAfter('subtract', policy, 'delete'), 'cleanup.policy=compact/1')
  assert.is(await policyAfter('subtract', policy, 'compact,none'), 'cleanup.policy=/1')
})

test('a change of a topic holds at once', async ({ admin }) => {
  assert.is(await change(admin, other, ['set', 'max.message.bytes', '80']), 'NONE null')
  const payload = { topic: 'other', partition: 0, messages: [createMessage('x'.repeat(100))] }
  const write = () => admin.rig.client().sendProduceRequest([payload], { failOnError: false })
  const [refused] = await admin.rig.done(write())
  assert.match(refused!.error!.message, 'MESSAGE_TOO_LARGE')
  assert.is(await change(admin, other, ['delete', 'max.message.bytes']), 'NONE null')
  const [written] = await admin.rig.done(write())
  assert.is(written!.error, null)
})

test('topics follow what is set for all brokers, and its leader alone before that', async ({ admin }) => {
  assert.is(await change(admin, everyBroker, ['set', 'log.retention.ms', '8']), 'NONE null')
  assert.equal(await setOn(admin, other), [always, 'retention.ms=8/3'])
  assert.equal(await setOn(admin, everyBroker), ['log.retention.ms=8/3', always])
  assert.is(await change(admin, broker, ['set', 'log.retention.ms', '9']), 'NONE null')
  assert.equal(await setOn(admin, other), [always, 'retention.ms=9/2'])
  assert.equal(await setOn(admin, other, 2), [always, 'retention.ms=8/3'])
  // What a topic sets itself comes first.
  assert.ok((await setOn(admin, orders)).includes('retention.ms=5/1'))
})

test('a leader that was altered alone obeys', async ({ admin }) => {
  const leader = admin.kafka.partition('other').leader
  const body = {
    resources: [
      { resourceType: 4, resourceName: `${leader}`, configs: configsOf({ 'message.max.bytes': '80' }) },
    ],
    validateOnly: false,
  }
  const { responses } = await admin.ask(Apis.AlterConfigs, 2, body, leader)
  assert.equal(responses.map(told), ['NONE null'])
  const payload = { topic: 'other', partition: 0, messages: [createMessage('x'.repeat(100))] }
  const [refused] = await admin.rig.done(
    admin.rig.client().sendProduceRequest([payload], { failOnError: false }),
  )
  assert.match(refused!.error!.message, 'MESSAGE_TOO_LARGE')
})

test('groups have settings, within what the brokers allow', async ({ admin }) => {
  assert.is(await change(admin, group, ['set', 'consumer.session.timeout.ms', '50000']), 'NONE null')
  assert.equal(await setOn(admin, group), ['consumer.session.timeout.ms=50000/8'])
  const listed = async () =>
    (await admin.ask(Apis.ListConfigResources, 1, { resourceTypes: [32] })).configResources.length
  assert.is(await listed(), 1)
  assert.is(
    await change(admin, group, ['set', 'consumer.session.timeout.ms', '60001']),
    'INVALID_CONFIG consumer.session.timeout.ms must be less than or equal to ' +
      'group.consumer.max.session.timeout.ms',
  )
  assert.is(await change(admin, group, ['delete', 'consumer.session.timeout.ms']), 'NONE null')
  assert.is(await listed(), 0)
})

const noNumber = (name: string) => `Invalid value x for configuration ${name}: Not a number of type LONG`

/** What Kafka 4.3.1 answers to a single change. */
const refusals: readonly (readonly [Resource, readonly Step[], string])[] = [
  [orders, [['set', 'x', '1']], 'INVALID_CONFIG Unknown topic config name: x'],
  [orders, [['set', 'flush.ms', 'x']], `INVALID_CONFIG ${noNumber('flush.ms')}`],
  [
    orders,
    [
      ['set', 'flush.ms'],
      ['append', 'cleanup.policy'],
      ['delete', 'segment.ms'],
    ],
    'INVALID_REQUEST Null value not supported for : flush.ms, cleanup.policy',
  ],
  [
    orders,
    [
      ['set', 'flush.ms', '1'],
      ['set', 'flush.ms', '2'],
    ],
    'INVALID_REQUEST Error due to duplicate config keys',
  ],
  [
    orders,
    [['append', 'flush.ms', '1']],
    "INVALID_CONFIG Can't APPEND to key flush.ms because its type is not LIST.",
  ],
  [
    orders,
    [['append', 'cleanup.policy', 'x']],
    'INVALID_CONFIG Invalid value x for configuration cleanup.policy: String must be one of: compact, delete',
  ],
  [orders, [['unknown', 'flush.ms', '1']], 'UNKNOWN_SERVER_ERROR null'],
  [[2, 'x'], [['set', 'flush.ms', '1']], "UNKNOWN_TOPIC_OR_PARTITION The topic 'x' does not exist."],
  // What is wrong with the value is said before that there is no such topic.
  [[2, 'x'], [['set', 'flush.ms', 'x']], `INVALID_CONFIG ${noNumber('flush.ms')}`],
  [[2, ''], [['set', 'flush.ms', '1']], 'INVALID_REQUEST Default topic resources are not allowed.'],
  [[2, '.'], [['set', 'flush.ms', '1']], "INVALID_TOPIC_EXCEPTION Topic name is invalid: '.' is not allowed"],
  [
    broker,
    [
      ['set', 'num.partitions', '2'],
      ['set', 'log.retention.hours', '3'],
    ],
    'INVALID_REQUEST Cannot update these configs dynamically: [log.retention.hours, num.partitions]',
  ],
  [broker, [['set', 'log.retention.ms', 'x']], `INVALID_REQUEST ${noNumber('log.retention.ms')}`],
  [
    broker,
    [['append', 'log.retention.ms', '2']],
    'INVALID_CONFIG Config value append is not allowed for config key: log.retention.ms',
  ],
  [broker, [['append', 'x', '2']], 'INVALID_CONFIG Unknown config name: x'],
  [
    broker,
    [['set', 'min.insync.replicas', '2']],
    'INVALID_CONFIG Broker-level min.insync.replicas cannot be altered while ELR is enabled.',
  ],
  [
    everyBroker,
    [['delete', 'min.insync.replicas']],
    'INVALID_CONFIG Cluster-level min.insync.replicas cannot be removed while ELR is enabled.',
  ],
  [
    everyBroker,
    [['set', 'listeners', 'PLAINTEXT://:1']],
    'INVALID_REQUEST Cannot update these configs at default cluster level, broker id must be specified: [listeners]',
  ],
  [
    [4, '2'],
    [['set', 'log.retention.ms', '1']],
    'INVALID_REQUEST Unexpected broker id, expected 1, but received 2',
  ],
  [[4, 'x'], [['set', 'log.retention.ms', '1']], 'INVALID_REQUEST Node id must be an integer, but it is: x'],
  [[8, '1'], [['set', 'a.logger', 'INFO']], 'INVALID_CONFIG Logger a.logger does not exist!'],
  [[7, 'x'], [['set', 'a', 'b']], 'INVALID_REQUEST Unknown resource type 7'],
  [[32, ''], [['set', 'a', 'b']], 'INVALID_REQUEST Default group resources are not allowed.'],
  [group, [['set', 'a', 'b']], 'INVALID_CONFIG Unknown group config name: a'],
]
for (const [resource, steps, answer] of refusals) {
  test(`${resource.join(' ')}, ${steps.flat().join(' ')}: ${answer.slice(0, 60)}`, async ({ admin }) => {
    const before = await setOn(admin, orders)
    assert.is(await change(admin, resource, ...steps), answer)
    assert.equal(await setOn(admin, orders), before)
  })
}

test('a broker takes names that nobody knows, and keeps their values to itself', async ({ admin }) => {
  assert.is(await change(admin, broker, ['set', 'my.own', '1']), 'NONE null')
  assert.equal(await setOn(admin, broker), [always, 'my.own=null/2'])
})

test('each resource is changed or refused alone; one that comes twice is refused', async ({ admin }) => {
  const twice = 'INVALID_REQUEST Each resource must appear at most once.'
  const wanted = { 'flush.ms': '7' }
  assert.equal(
    await replace(admin, [
      [orders, wanted],
      [other, { 'flush.ms': 'x' }],
      [orders, wanted],
      [group, {}],
    ]),
    [twice, `INVALID_CONFIG ${noNumber('flush.ms')}`, twice, 'NONE null'],
  )
})

test('levels of loggers are not replaced', async ({ admin }) => {
  assert.equal(await replace(admin, [[[8, '1'], {}]]), ['INVALID_REQUEST Unknown resource type 8'])
})

test('what is only checked changes nothing', async ({ admin }) => {
  assert.equal(await replace(admin, [[orders, {}]], true), ['NONE null'])
  assert.ok((await setOn(admin, orders)).includes('retention.ms=5/1'))
})

test('every version changes a topic', async ({ admin }) => {
  const configs = configsOf({ 'flush.ms': '7' })
  for (let version = 0; version <= 2; version++) {
    const body = { resources: [{ resourceType: 2, resourceName: 'other', configs }], validateOnly: false }
    assert.equal((await admin.ask(Apis.AlterConfigs, version, body)).responses.map(told), ['NONE null'])
  }
  for (let version = 0; version <= 1; version++) {
    const steps = [{ name: 'flush.ms', configOperation: operations.delete, value: null }]
    const body = {
      resources: [{ resourceType: 2, resourceName: 'other', configs: steps }],
      validateOnly: false,
    }
    const { responses } = await admin.ask(Apis.IncrementalAlterConfigs, version, body)
    assert.equal(responses.map(told), ['NONE null'])
  }
  assert.equal(await setOn(admin, other), [always])
})

test.run()
