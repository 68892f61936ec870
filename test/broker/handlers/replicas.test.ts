import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow } from '../../../src/protocol'
import { AdminRig, told } from './admin-rig'

const test = suite<{ admin: AdminRig }>('electing and moving replicas')
test.before.each(async context => {
  const admin = await AdminRig.start({ brokers: 3 })
  const assignments = [
    { partitionIndex: 0, brokerIds: [1, 2] },
    { partitionIndex: 1, brokerIds: [3, 1] },
  ]
  await admin.create([{ name: 'orders', numPartitions: -1, replicationFactor: -1, assignments }])
  await admin.create([{ name: 'other' }])
  await admin.settle()
  context.admin = admin
})
test.after.each(({ admin }) => admin.close())

const preferred = 0
const unclean = 1

/** `topic/partition: CODE message` of each that is told. */
async function elect(
  admin: AdminRig,
  electionType: number,
  partitions: readonly number[] | null,
  version = 2,
) {
  const topicPartitions = partitions && [{ topic: 'orders', partitions }]
  const kind = version === 0 ? {} : { electionType }
  const answer = await admin.ask(Apis.ElectLeaders, version, { ...kind, topicPartitions, timeoutMs: 5000 })
  const lines = answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
    partitionResult.map(one => `${topic}/${one.partitionId}: ${told(one)}`),
  )
  return { code: errorRow(answer.errorCode).name, lines, topics: answer.replicaElectionResults.length }
}

const leaderOf = ({ kafka }: AdminRig, index = 0) => {
  const { leader, leaderEpoch } = kafka.partition('orders', index)
  return `${leader}@${leaderEpoch}`
}

const notNeeded = 'ELECTION_NOT_NEEDED Leader election not needed for topic partition.'

test('the preferred replica leads again, in a new epoch', async ({ admin }) => {
  admin.kafka.partition('orders').moveLeader(2)
  assert.is(leaderOf(admin), '2@1')
  assert.equal((await elect(admin, preferred, [0, 1])).lines, [
    'orders/0: NONE null',
    `orders/1: ${notNeeded}`,
  ])
  assert.is(leaderOf(admin), '1@2')
})

test('in all partitions: every topic is told, with those that needed it only', async ({ admin }) => {
  admin.kafka.partition('orders').moveLeader(2)
  const { lines, topics, code } = await elect(admin, preferred, null)
  assert.equal([lines, topics, code], [['orders/0: NONE null'], 2, 'NONE'])
})

test('a preferred replica that is away does not lead', async ({ admin }) => {
  await admin.rig.done(admin.kafka.broker(1).stop())
  const unavailable = 'PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.'
  const body = { topicPartitions: [{ topic: 'orders', partitions: [0] }], timeoutMs: 5000 }
  const answer = await admin.ask(Apis.ElectLeaders, 2, { electionType: preferred, ...body }, 2)
  assert.equal(answer.replicaElectionResults[0]!.partitionResult.map(told), [unavailable])
})

test('anybody who is left leads, where nobody in sync is, and nobody where there is a leader', async ({
  admin,
}) => {
  await admin.rig.done(admin.kafka.broker(2).stop())
  await admin.rig.done(admin.kafka.broker(1).stop())
  await admin.rig.done(admin.kafka.broker(2).start())
  assert.match(leaderOf(admin), /^-1@/)
  const body = { topicPartitions: [{ topic: 'orders', partitions: [0, 1] }], timeoutMs: 5000 }
  const results = async () => {
    const answer = await admin.ask(Apis.ElectLeaders, 2, { electionType: unclean, ...body }, 2)
    return answer.replicaElectionResults[0]!.partitionResult.map(told)
  }
  assert.equal(await results(), ['NONE null', notNeeded])
  assert.is(admin.kafka.partition('orders').leader, 2)
  assert.equal(admin.kafka.partition('orders').isr, [2])
  await admin.rig.done(admin.kafka.broker(3).stop())
  assert.equal(await results(), [
    notNeeded,
    'ELIGIBLE_LEADERS_NOT_AVAILABLE Eligible topic partition leaders are not available.',
  ])
})

test('what there is no such of is refused alone, an unknown kind of election whole', async ({ admin }) => {
  const unknown = await elect(admin, preferred, [7])
  assert.equal(unknown.lines, ['orders/7: UNKNOWN_TOPIC_OR_PARTITION No such partition as orders-7'])
  const refused = await elect(admin, 5, [0])
  assert.equal(
    [refused.code, ...refused.lines],
    ['INVALID_REQUEST', 'orders/0: INVALID_REQUEST Unknown election type 5'],
  )
  const body = { topicPartitions: [{ topic: 'orders', partitions: [0] }], timeoutMs: 0 }
  const late = await admin.ask(Apis.ElectLeaders, 2, { electionType: preferred, ...body })
  const [result] = late.replicaElectionResults[0]!.partitionResult
  assert.equal(
    [errorRow(late.errorCode).name, told(result!)],
    ['REQUEST_TIMED_OUT', 'REQUEST_TIMED_OUT null'],
  )
  for (const version of [0, 1, 2])
    assert.equal((await elect(admin, preferred, [0], version)).lines, [`orders/0: ${notNeeded}`])
})

/** `partition: CODE message` of each. */
async function move(
  admin: AdminRig,
  moves: Readonly<Record<number, readonly number[] | null>>,
  more: { allowReplicationFactorChange?: boolean; timeoutMs?: number } = {},
) {
  const partitions = Object.entries(moves).map(([index, replicas]) => ({
    ...{ partitionIndex: Number(index), replicas },
  }))
  const body = { timeoutMs: 5000, ...more, topics: [{ name: 'orders', partitions }] }
  const { responses } = await admin.ask(Apis.AlterPartitionReassignments, 1, body)
  return responses[0]!.partitions.map(told)
}

async function moving(admin: AdminRig) {
  const { topics } = await admin.ask(Apis.ListPartitionReassignments, 0, { timeoutMs: 5000, topics: null })
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(one =>
      [name, one.partitionIndex, one.replicas, one.addingReplicas, one.removingReplicas].join(' '),
    ),
  )
}

test('a partition moves to other brokers, with its leader when that goes', async ({ admin }) => {
  assert.equal(await move(admin, { 0: [3], 1: [2, 3] }), ['NONE null', 'NONE null'])
  assert.equal([leaderOf(admin), leaderOf(admin, 1)], ['3@1', '3@0'])
  assert.equal(admin.kafka.partition('orders', 1).replicas, [2, 3])
  assert.equal(await moving(admin), [])
})

test('a move waits for a broker that is down, and may be called off', async ({ admin }) => {
  await admin.rig.done(admin.kafka.broker(3).stop())
  assert.equal(await move(admin, { 0: [3, 1] }), ['NONE null'])
  assert.equal(await moving(admin), ['orders 0 3,1,2 3 2'])
  assert.equal(await move(admin, { 0: null }), ['NONE null'])
  assert.equal(admin.kafka.partition('orders').replicas, [1, 2])
  assert.equal(await move(admin, { 0: null }), ['NO_REASSIGNMENT_IN_PROGRESS null'])
  assert.equal(await move(admin, { 0: [3, 1] }), ['NONE null'])
  await admin.rig.done(admin.kafka.broker(3).start())
  assert.equal(await moving(admin), [])
  assert.equal(admin.kafka.partition('orders').replicas, [3, 1])
})

test('a move that cannot be is refused alone', async ({ admin }) => {
  const handmade = 'INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes'
  assert.equal(await move(admin, { 0: [9], 1: [2, 2], 7: [1] }), [
    `${handmade} broker 9, but no such broker is registered.`,
    `${handmade} the broker 2 more than once.`,
    'UNKNOWN_TOPIC_OR_PARTITION Unable to find partition orders:7.',
  ])
  assert.equal(await move(admin, { 1: [1] }, { allowReplicationFactorChange: false }), [
    'INVALID_REPLICATION_FACTOR The replication factor is changed from 2 to 1',
  ])
  assert.equal(await move(admin, { 1: [1, 2] }, { timeoutMs: 0 }), ['REQUEST_TIMED_OUT null'])
  assert.equal([leaderOf(admin), leaderOf(admin, 1)], ['1@0', '3@0'])
})

test.run()
