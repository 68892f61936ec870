import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith, dropAnswer } from '../../src/broker'
import { groupsNamed, topicsNamed } from '../../src/broker/inspect'
import { Apis } from '../../src/protocol'
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

test('a request that names no topic has none', () => {
  assert.equal(named({ groups: ['billing'] }), [])
  assert.equal(named({}), [])
})

test.run()
