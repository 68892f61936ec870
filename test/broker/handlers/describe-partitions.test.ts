import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toBigInt } from '../../../src/kernel'
import { Producer } from '../../../src/producer'
import { Apis } from '../../../src/protocol'
import { AdminRig, told } from './admin-rig'

const test = suite<{ admin: AdminRig }>('what brokers tell of partitions')
test.before.each(async context => {
  const topics = { orders: { partitions: 2, replicationFactor: 2 } }
  context.admin = await AdminRig.start({
    brokers: 3,
    topics,
    config: { 'max.request.partition.size.limit': 1 },
  })
})
test.after.each(({ admin }) => admin.close())

test('any replica knows who writes', async ({ admin }) => {
  const client = admin.rig.client()
  const producer = new Producer(client)
  for (const value of ['a', 'b'])
    await admin.rig.done(producer.send({ topic: 'orders', partition: 0, value }))
  const { replicas } = admin.kafka.partition('orders')
  const ask = async (broker: number, name = 'orders', ...partitionIndexes: number[]) => {
    const body = { topics: [{ name, partitionIndexes }] }
    return (await admin.ask(Apis.DescribeProducers, 0, body, broker)).topics[0]!.partitions
  }
  for (const replica of replicas) {
    const [partition] = await ask(replica, 'orders', 0)
    assert.equal(
      partition!.activeProducers.map(one => [one.producerEpoch, one.lastSequence, one.coordinatorEpoch]),
      [[0, 1, -1]],
    )
    assert.is(toBigInt(partition!.activeProducers[0]!.currentTxnStartOffset), -1n)
  }
  const outsider = [1, 2, 3].find(id => !replicas.includes(id))!
  assert.equal((await ask(outsider, 'orders', 0, 7)).map(told), [
    'NOT_LEADER_OR_FOLLOWER null',
    'UNKNOWN_TOPIC_OR_PARTITION null',
  ])
  assert.equal((await ask(1, 'x', 0)).map(told), [
    'UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.',
  ])
  assert.equal((await ask(1, '.', 0)).map(told), [
    "INVALID_TOPIC_EXCEPTION Topic name is invalid: '.' is not allowed",
  ])
  await admin.rig.done(producer.close())
})

test('a broker tells how large its replicas are', async ({ admin }) => {
  await admin.rig.done(admin.rig.produce('a'))
  const { replicas } = admin.kafka.partition('orders')
  const ask = async (broker: number, topics: readonly { topic: string; partitions: number[] }[] | null) => {
    const { results } = await admin.ask(Apis.DescribeLogDirs, 4, { topics }, broker)
    return results[0]!.topics.flatMap(({ name, partitions }) =>
      partitions.map(
        one => `${name}/${one.partitionIndex} ${toBigInt(one.partitionSize) > 0n ? 'full' : 'empty'}`,
      ),
    )
  }
  for (const broker of [1, 2, 3]) {
    const held = replicas.includes(broker) ? ['orders/0 full'] : []
    assert.equal(await ask(broker, [{ topic: 'orders', partitions: [0] }]), held)
    assert.ok((await ask(broker, null)).length > 0)
  }
  assert.equal(await ask(1, []), [])
})

test('pages of partitions are no longer than the broker allows', async ({ admin }) => {
  const { topics, nextCursor } = await admin.ask(Apis.DescribeTopicPartitions, 0, {
    topics: [{ name: 'orders' }],
  })
  assert.equal(
    topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex),
    [0],
  )
  assert.equal(nextCursor, { topicName: 'orders', partitionIndex: 1 })
})

test('that nobody leads a partition is no error here; who may lead again is told', async ({ admin }) => {
  const [made] = await admin.create([{ name: 'lone', numPartitions: 3 }])
  assert.is(told(made!), 'NONE null')
  const away = 2
  const index = [0, 1, 2].find(partition => admin.kafka.partition('lone', partition).leader === away)!
  await admin.rig.done(admin.kafka.broker(away).stop())
  await admin.settle()
  const cursor = { topicName: 'lone', partitionIndex: index }
  const body = { topics: [{ name: 'lone' }], cursor }
  const { topics } = await admin.ask(Apis.DescribeTopicPartitions, 0, body)
  assert.equal(topics[0]!.partitions, [
    {
      ...{ errorCode: 0, partitionIndex: index, leaderId: -1, leaderEpoch: 1, replicaNodes: [away] },
      ...{ isrNodes: [], eligibleLeaderReplicas: [away], lastKnownElr: [away], offlineReplicas: [away] },
    },
  ])
})

test('where all topics are asked for, the one of the cursor may be gone', async ({ admin }) => {
  const cursor = { topicName: 'nowhere', partitionIndex: 0 }
  const { topics } = await admin.ask(Apis.DescribeTopicPartitions, 0, { topics: [], cursor })
  assert.equal(
    topics.map(({ name, errorCode }) => [name, errorCode]),
    [['orders', 0]],
  )
})

test.run()
