import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow } from '../../../src/protocol'
import { toBigInt } from '../../../src/kernel'
import { AdminRig } from './admin-rig'

const test = suite<{ admin: AdminRig; leader: number }>('DeleteRecords')
test.before.each(async context => {
  const compacted = { config: { 'cleanup.policy': 'compact' } }
  const admin = await AdminRig.start({ brokers: 2, topics: { orders: {}, compacted } })
  for (const value of ['a', 'b', 'c']) await admin.rig.done(admin.rig.produce(value))
  context.admin = admin
  context.leader = admin.kafka.partition('orders').leader
})
test.after.each(({ admin }) => admin.close())

/** Each partition as `CODE low watermark`. */
async function cut(
  admin: AdminRig,
  broker: number,
  offsets: readonly number[],
  { topic = 'orders', partition = 0, version = 2 } = {},
) {
  const partitions = offsets.map(offset => ({ partitionIndex: partition, offset }))
  const body = { topics: [{ name: topic, partitions }], timeoutMs: 0 }
  const { topics } = await admin.ask(Apis.DeleteRecords, version, body, broker)
  return topics.flatMap(({ partitions }) =>
    partitions.map(one => `${errorRow(one.errorCode).name} ${toBigInt(one.lowWatermark)}`),
  )
}

test('what lies before an offset goes, and stays gone', async ({ admin, leader }) => {
  assert.equal(await cut(admin, leader, [2]), ['NONE 2'])
  assert.equal(admin.rig.values(), ['c'])
  assert.equal(await cut(admin, leader, [1]), ['NONE 2'])
})

test('-1 means all that consumers may read', async ({ admin, leader }) => {
  assert.equal(await cut(admin, leader, [-1]), ['NONE 3'])
  assert.equal(admin.rig.values(), [])
})

test('of several offsets for one partition the last counts, and none is no answer', async ({
  admin,
  leader,
}) => {
  assert.equal(await cut(admin, leader, [3, 1]), ['NONE 1'])
  assert.equal(await cut(admin, leader, []), [])
})

test('an offset that is not there is out of range', async ({ admin, leader }) => {
  for (const offset of [4, -2]) assert.equal(await cut(admin, leader, [offset]), ['OFFSET_OUT_OF_RANGE -1'])
  assert.equal(admin.rig.values(), ['a', 'b', 'c'])
})

test('only the leader cuts, and only what it has', async ({ admin, leader }) => {
  assert.equal(await cut(admin, 3 - leader, [1]), ['NOT_LEADER_OR_FOLLOWER -1'])
  const nowhere = ['UNKNOWN_TOPIC_OR_PARTITION -1']
  assert.equal(await cut(admin, leader, [1], { partition: 7 }), nowhere)
  assert.equal(await cut(admin, leader, [1], { topic: 'x' }), nowhere)
})

test('a topic that is only compacted keeps its records', async ({ admin }) => {
  const { leader } = admin.kafka.partition('compacted')
  assert.equal(await cut(admin, leader, [0], { topic: 'compacted' }), ['POLICY_VIOLATION -1'])
})

test('internal topics are not cut', async ({ admin }) => {
  admin.kafka.moveCoordinator('billing')
  await admin.settle()
  const topic = '__consumer_offsets'
  const { leader } = admin.kafka.partition(topic)
  assert.equal(await cut(admin, leader, [0], { topic }), ['INVALID_TOPIC_EXCEPTION -1'])
})

test('every version cuts', async ({ admin, leader }) => {
  for (let version = 0; version <= 2; version++)
    assert.equal(await cut(admin, leader, [version + 1], { version }), [`NONE ${version + 1}`])
})

test.run()
