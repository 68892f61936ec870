import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needsAll, Partition, talking, type Talk } from '../support/talk'
import { moveLeader, moving } from '../support/talk/move-leader'
import { Sequenced } from '../support/talk/sequenced'
import { batchOf } from '../support/wire'

const { DeleteRecords, OffsetForLeaderEpoch } = Apis
const asking = { OffsetForLeaderEpoch: [2, 3, 4], Produce: 9, Fetch: [12, 16], ListOffsets: 6 } as const
const still = needsAll(asking)
const moved = { ...needsAll({ ...asking, ...moving }), brokers: 3 }

type Asked = RequestOf<typeof OffsetForLeaderEpoch>['topics'][number]['partitions'][number]

/** Where this epoch ended, as `<epoch> <end offset>`, or the error. */
async function endOf(
  { topic, index, connection }: Partition,
  leaderEpoch: number,
  {
    version = 4,
    on = connection,
    ...more
  }: Partial<Asked> & { version?: number; on?: typeof connection } = {},
): Promise<string> {
  const topics = [{ topic, partitions: [{ partition: index, leaderEpoch, ...more }] }]
  const answer = await on.request(OffsetForLeaderEpoch, version, { replicaId: -1, topics })
  const [told] = answer.topics[0]!.partitions
  return told!.errorCode === 0 ? `${told!.leaderEpoch} ${told!.endOffset}` : errorName(told)
}

/** Offsets 0 to 2 are of the first leader; 3 and 4 of the second; 5 of the third. */
async function threeLeaders(talk: Talk, context: ContractContext) {
  const first = await Partition.of(talk, context)
  await first.produce(batchOf(['a', 'b', 'c']))
  const second = await moveLeader(talk, first)
  await second.produce(batchOf(['d', 'e']))
  const third = await moveLeader(talk, second)
  await third.produce(batchOf(['f']))
  return { first, second, third }
}

for (const version of [2, 3, 4]) {
  contract(
    `OffsetForLeaderEpoch v${version}: the epoch that goes on ends where the log does, one to come is not known`,
    still,
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const { leaderEpoch } = partition
      assert.is(await endOf(partition, leaderEpoch, { version }), `${leaderEpoch} 0`)
      await partition.produce(batchOf(['a', 'b']))
      assert.is(await endOf(partition, leaderEpoch, { version }), `${leaderEpoch} 2`)
      assert.is(await endOf(partition, leaderEpoch + 1, { version }), '-1 -1')
      assert.is(await endOf(partition, leaderEpoch + 100, { version }), '-1 -1')
      assert.is(await endOf(partition, -1, { version }), '-1 -1')
    }),
  )
}

contract(
  'a leader epoch that the broker has not heard of is UNKNOWN_LEADER_EPOCH in all three questions',
  still,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    await partition.produce(batchOf(['a']))
    for (const [currentLeaderEpoch, error] of [
      [partition.leaderEpoch + 1, 'UNKNOWN_LEADER_EPOCH'],
      [partition.leaderEpoch, 'NONE'],
      [-1, 'NONE'],
    ] as const) {
      const of = { currentLeaderEpoch }
      const fetched = await partition.fetch(0, { of, maxWaitMs: 60_000, minBytes: 1 })
      assert.is(errorName(fetched), error)
      assert.is(fetched.records!.length > 0, error === 'NONE')
      assert.is(errorName(await partition.listOffset(-1, { of })), error)
      const end = await endOf(partition, partition.leaderEpoch, of)
      assert.is(end, error === 'NONE' ? `${partition.leaderEpoch} 1` : error)
    }
  }),
)

contract(
  'a reader ahead of the log is told where they part (KIP-595), at once',
  still,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    await partition.produce(batchOf(['a', 'b']))
    const lastFetchedEpoch = partition.leaderEpoch
    const fetched = await partition.fetch(5, { of: { lastFetchedEpoch }, maxWaitMs: 60_000, minBytes: 1 })
    assert.is(errorName(fetched), 'NONE')
    assert.is(fetched.divergingEpoch.epoch, lastFetchedEpoch)
    assert.is(String(fetched.divergingEpoch.endOffset), '2')
    assert.equal(fetched.records, Buffer.alloc(0))
    assert.is(String(fetched.highWatermark), '2')
    const within = await partition.fetch(1, { of: { lastFetchedEpoch } })
    assert.is(within.divergingEpoch.epoch, -1)
    assert.equal(partition.recordsOf(within), ['0 a', '1 b'])
    // An epoch that is not known is not compared.
    const future = await partition.fetch(1, { of: { lastFetchedEpoch: lastFetchedEpoch + 1 } })
    assert.is(errorName(future), 'OFFSET_OUT_OF_RANGE')
  }),
)

contract(
  'unknown topics and partitions have no leader epochs',
  still,
  talking(async (talk, context) => {
    const { topic, connection } = await Partition.of(talk, context)
    const topics = [
      { topic: context.uniqueName('topic'), partitions: [{ partition: 0, leaderEpoch: 0 }] },
      { topic, partitions: [{ partition: 7, leaderEpoch: 0 }] },
    ]
    const answer = await connection.request(OffsetForLeaderEpoch, 4, { replicaId: -1, topics })
    for (const { partitions } of answer.topics) {
      assert.is(errorName(partitions[0]), 'UNKNOWN_TOPIC_OR_PARTITION')
      assert.equal([partitions[0]!.leaderEpoch, String(partitions[0]!.endOffset)], [-1, '-1'])
    }
  }),
)

contract(
  'each leader has a later epoch, which is in the batches it wrote',
  moved,
  talking(async (talk, context) => {
    const { first, second, third } = await threeLeaders(talk, context)
    assert.ok(first.leaderEpoch < second.leaderEpoch && second.leaderEpoch < third.leaderEpoch)
    const fetched = await third.fetch(0)
    assert.equal(third.recordsOf(fetched), ['0 a', '1 b', '2 c', '3 d', '4 e', '5 f'])
    assert.equal(
      third.batchesOf(fetched).map(({ leaderEpoch }) => leaderEpoch),
      [first.leaderEpoch, second.leaderEpoch, third.leaderEpoch],
    )
  }),
)

contract(
  'an epoch that is over ended where the next one began; one in which nothing was written counts as the one before',
  moved,
  talking(async (talk, context) => {
    const { first, second, third } = await threeLeaders(talk, context)
    assert.is(await endOf(third, first.leaderEpoch), `${first.leaderEpoch} 3`)
    assert.is(await endOf(third, second.leaderEpoch), `${second.leaderEpoch} 5`)
    assert.is(await endOf(third, third.leaderEpoch), `${third.leaderEpoch} 6`)
    const fourth = await moveLeader(talk, third)
    const fifth = await moveLeader(talk, fourth)
    assert.is(await endOf(fifth, fourth.leaderEpoch), `${third.leaderEpoch} 6`)
    assert.is(await endOf(fifth, fifth.leaderEpoch), `${fifth.leaderEpoch} 6`)
  }),
)

contract(
  'an epoch of which nothing is left ended where the log begins',
  { ...needsAll({ ...asking, ...moving, DeleteRecords: 2 }), brokers: 3 },
  talking(async (talk, context) => {
    const { first, second, third } = await threeLeaders(talk, context)
    const topics = [{ name: third.topic, partitions: [{ partitionIndex: 0, offset: 4 }] }]
    await third.connection.request(DeleteRecords, 2, { topics, timeoutMs: 5000 })
    assert.is(await endOf(third, first.leaderEpoch), `${first.leaderEpoch} 4`)
    assert.is(await endOf(third, second.leaderEpoch), `${second.leaderEpoch} 5`)
  }),
)

contract(
  'a leader epoch that is over is FENCED_LEADER_EPOCH in all three questions; from v16 on Fetch tells the one that holds',
  moved,
  talking(async (talk, context) => {
    const { second, third } = await threeLeaders(talk, context)
    const of = { currentLeaderEpoch: second.leaderEpoch }
    for (const version of [12, 16]) {
      const fetched = await third.fetch(0, { version, of, maxWaitMs: 60_000, minBytes: 1 })
      assert.is(errorName(fetched), 'FENCED_LEADER_EPOCH')
      const { leader: leaderId, leaderEpoch } = version < 16 ? { leader: -1, leaderEpoch: -1 } : third
      assert.equal(fetched.currentLeader, { leaderId, leaderEpoch })
    }
    assert.is(errorName(await third.listOffset(-1, { of })), 'FENCED_LEADER_EPOCH')
    assert.is(await endOf(third, second.leaderEpoch, of), 'FENCED_LEADER_EPOCH')
  }),
)

contract(
  'ListOffsets tells the epoch of the record found, and of the leader where the log ends',
  moved,
  talking(async (talk, context) => {
    const first = await Partition.of(talk, context)
    await first.produce(batchOf(['a'], { timestamp: 1000 }))
    const second = await moveLeader(talk, first)
    await second.produce(batchOf(['b'], { timestamp: 2000 }))
    const third = await moveLeader(talk, second)
    const epochAt = async (time: number) => (await third.listOffset(time)).leaderEpoch
    assert.is(await epochAt(-2), first.leaderEpoch)
    assert.is(await epochAt(1000), first.leaderEpoch)
    assert.is(await epochAt(1500), second.leaderEpoch)
    assert.is(await epochAt(-1), third.leaderEpoch)
  }),
)

contract(
  'a new leader knows the last batches of a producer, and goes on where the old one stopped',
  { ...needsAll({ ...asking, ...moving, InitProducerId: 4 }), brokers: 3 },
  talking(async (talk, context) => {
    const first = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    for (const sequence of [0, 1, 2]) await producer.send(first, sequence)
    const second = await moveLeader(talk, first)
    for (const sequence of [2, 0, 1]) assert.is(await producer.send(second, sequence), String(sequence))
    assert.is(await producer.send(second, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(second, 3), '3')
    producer.epoch = 1
    assert.is(await producer.send(second, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(second, 0), '4')
  }),
)

runContract()
