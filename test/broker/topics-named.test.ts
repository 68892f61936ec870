import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith, dropAnswer } from '../../src/broker'
import { groupsNamed, topicsNamed } from '../../src/broker/inspect'
import { Apis, type Api } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

let rig: BrokerRig

test.before.each(async () => {
  rig = await BrokerRig.start({ topics: { orders: {}, invoices: {} } })
})
test.after.each(() => rig.close())

test('a fault for a topic leaves the requests of others alone', async () => {
  const { faults, requests } = rig.kafka
  const fault = faults.on(Apis.Produce, answerWith('INVALID_RECORD'), { topic: 'invoices' })
  const client = rig.client()
  const [order] = await rig.done(rig.produce('a', { client }))
  const [invoice] = await rig.done(rig.produce('b', { client, topic: 'invoices' }))
  assert.equal([order!.error, fault.hits], [null, 1])
  assert.match(invoice!.error!.message, 'INVALID_RECORD')
  assert.equal(
    requests.of(Apis.Produce).map(({ topics }) => topics),
    [['orders'], ['invoices']],
  )
})

test('a topic is known by its name where a request says its id alone', async () => {
  const { faults, requests } = rig.kafka
  const fault = faults.on(Apis.Fetch, answerWith('UNKNOWN_SERVER_ERROR'), { topic: 'invoices' })
  const client = rig.client()
  const { topics } = await rig.done(client.loadMetadataForTopics())
  for (const topic of ['orders', 'invoices']) {
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }]
    const body = { topics: [{ topicId: topics.get(topic)!.id!, partitions }], maxWaitMs: 0, minBytes: 0 }
    await rig.done(client.request(Apis.Fetch, body, { version: 13, broker: 1 }))
  }
  assert.is(fault.hits, 1)
  assert.equal(
    requests.of(Apis.Fetch).map(({ topics: named, body }) => [named, body.topics[0]!.topic]),
    [
      [['orders'], ''],
      [['invoices'], ''],
    ],
  )
})

test('a fault for a topic and one for all: the one set first strikes', async () => {
  const { faults } = rig.kafka
  const forTopic = faults.once(Apis.Fetch, dropAnswer(), { topic: 'invoices' })
  const forAll = faults.on(Apis.Fetch, answerWith('UNKNOWN_SERVER_ERROR'))
  const fetch = (topic: string) =>
    rig.client().sendFetchRequest([{ topic, partition: 0, offset: 0 }], { timeoutMs: 50, failOnError: false })
  await rig.done(fetch('orders'))
  assert.is(forTopic.hits, 0)
  await rig.done(fetch('invoices'))
  assert.is(forTopic.hits, 1)
  assert.ok(forAll.hits > 0)
})

const names = new Map([['id-of-orders', 'orders']])
const named = (body: object): readonly string[] => topicsNamed(body, id => names.get(id))

test('topics are found by name, by id, as plain text, and inside of groups', () => {
  assert.equal(named({ topics: [{ name: 'a' }, { topic: 'b' }, { topicName: 'c' }, { name: 'a' }] }), [
    'a',
    'b',
    'c',
  ])
  assert.equal(named({ topicData: [{ name: '', topicId: 'id-of-orders' }, { topicId: 'of nobody' }] }), [
    'orders',
  ])
  assert.equal(named({ topics: null, topicNames: ['a'] }), ['a'])
  assert.equal(named({ groups: [{ groupId: 'g', topics: [{ name: 'a' }] }, { topics: null }] }), ['a'])
})

test('topics are found among the resources whose configs are asked for or changed', () => {
  const resources = [
    { resourceType: 2, resourceName: 'orders' },
    { resourceType: 4, resourceName: '1' },
    { resourceType: 32, resourceName: 'billing' },
  ]
  assert.equal(named({ resources }), ['orders'])
  assert.equal(groupsNamed(Apis.DescribeConfigs, { resources }), ['billing'])
})

test('a fault for a topic strikes who asks for its configs, changes them, or deletes it by its id', async () => {
  const { faults } = rig.kafka
  const client = rig.client()
  const { topics } = await rig.done(client.loadMetadataForTopics())
  const error = answerWith('UNKNOWN_SERVER_ERROR')
  const resources = (resourceName: string) => [{ resourceType: 2, resourceName, configs: [] }]
  const asks = [
    [
      Apis.DescribeConfigs,
      (topic: string) => ({ resources: [{ resourceType: 2, resourceName: topic, configurationKeys: null }] }),
    ],
    [Apis.IncrementalAlterConfigs, (topic: string) => ({ resources: resources(topic), validateOnly: true })],
    [Apis.AlterConfigs, (topic: string) => ({ resources: resources(topic), validateOnly: true })],
    [
      Apis.DeleteTopics,
      (topic: string) => ({ topics: [{ name: null, topicId: topics.get(topic)!.id! }], timeoutMs: 1000 }),
    ],
  ] as const
  for (const [api, bodyFor] of asks) {
    const set = faults.on(api, error, { topic: 'invoices' })
    const hits: number[] = []
    for (const topic of ['invoices', 'orders']) {
      await rig.done(client.request(api as Api, bodyFor(topic) as never, { broker: 1 }))
      hits.push(set.hits)
    }
    assert.equal(hits, [1, 1], api.name)
  }
})

test('groups are found by id, in lists, and as keys of coordinators', () => {
  const found = (body: object, api: Api = Apis.OffsetFetch) => groupsNamed(api, body)
  assert.equal(found({ groupId: 'a', groups: null }), ['a'])
  assert.equal(found({ groupId: '', groups: [{ groupId: 'a' }, 'b'] }), ['a', 'b'])
  assert.equal(found({ groupsNames: ['a', 'b'] }, Apis.DeleteGroups), ['a', 'b'])
  const find = { key: '', coordinatorKeys: ['a'] }
  assert.equal(found({ ...find, keyType: 0 }, Apis.FindCoordinator), ['a'])
  assert.equal(found({ ...find, keyType: 1 }, Apis.FindCoordinator), [])
  assert.equal(found({ key: 'a', keyType: 0, coordinatorKeys: [] }, Apis.FindCoordinator), ['a'])
})

test('a fault for a group leaves the requests of others alone', async () => {
  const set = rig.kafka.faults.on(Apis.FindCoordinator, answerWith('UNKNOWN_SERVER_ERROR'), {
    group: 'billing',
  })
  const client = rig.client()
  const ask = (...coordinatorKeys: readonly string[]) =>
    rig.done(client.request(Apis.FindCoordinator, { keyType: 0, coordinatorKeys }, { broker: 1 }))
  await ask('audit')
  assert.is(set.hits, 0)
  await ask('audit', 'billing')
  assert.is(set.hits, 1)
})

test('a request that names no topic has none', () => {
  assert.equal(named({ groups: ['billing'] }), [])
  assert.equal(named({}), [])
})

test.run()
