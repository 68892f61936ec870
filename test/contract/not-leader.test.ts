import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking, type Talk } from '../support/talk'
import { moveLeader, moving } from '../support/talk/move-leader'
import { batchOf } from '../support/wire'

const { DeleteRecords, Fetch, OffsetForLeaderEpoch, Produce } = Apis
const untold = { leaderId: -1, leaderEpoch: -1 }

/** A partition that only one broker keeps, with two messages, and a broker that does not keep it. */
async function keptElsewhere(talk: Talk, { uniqueTopic, brokers }: ContractContext) {
  const partition = await Partition.find(talk, await uniqueTopic(1, 1))
  await partition.produce(batchOf(['a', 'b']))
  const stranger = brokers.find(({ id }) => id !== partition.leader)!.id
  const { leader: leaderId, leaderEpoch } = partition
  const { host, port } = brokers.find(({ id }) => id === leaderId)!
  return { partition, stranger, leader: { leaderId, leaderEpoch }, place: { nodeId: leaderId, host, port } }
}

for (const version of [3, 9, 10, 13]) {
  contract(
    `Produce v${version} to who does not lead is NOT_LEADER_OR_FOLLOWER; from v10 on it is told who does (KIP-951)`,
    { ...needsAll({ Produce: version, ListOffsets: 6, Metadata: 10 }), brokers: 3 },
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      for (const { id } of context.brokers.filter(broker => broker.id !== partition.leader)) {
        const body = partition.produceRequest(batchOf(['a']))
        const answer = await talk.broker(id).request(Produce, version, body)
        const [told] = answer.responses[0]!.partitionResponses
        assert.is(errorName(told), 'NOT_LEADER_OR_FOLLOWER')
        assert.equal([String(told!.baseOffset), String(told!.logStartOffset)], ['-1', '-1'])
        const { leader: leaderId, leaderEpoch } = partition
        assert.equal(told!.currentLeader, version < 10 ? untold : { leaderId, leaderEpoch })
        const { host, port } = context.brokers.find(broker => broker.id === leaderId)!
        assert.equal(
          answer.nodeEndpoints.map(node => [node.nodeId, node.host, node.port]),
          version < 10 ? [] : [[leaderId, host, port]],
        )
      }
      assert.is(String((await partition.listOffset(-1)).offset), '0')
    }),
  )
}

contract(
  'acks 0 to who does not lead closes the connection',
  { ...needsAll({ Produce: 9, Metadata: 10 }), brokers: 3 },
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const connection = talk.open(context.brokers.find(({ id }) => id !== partition.leader)!.id)
    connection.tell(Produce, 9, partition.produceRequest(batchOf(['a']), { acks: 0 }))
    await connection.closed()
  }),
)

for (const version of [4, 11, 15, 16, 18]) {
  contract(
    `Fetch v${version} from who keeps no replica is NOT_LEADER_OR_FOLLOWER; from v16 on it is told who leads (KIP-951)`,
    { ...needsAll({ Produce: 9, Fetch: version, Metadata: 10 }), brokers: 3 },
    talking(async (talk, context) => {
      const { partition, stranger, leader, place } = await keptElsewhere(talk, context)
      for (const currentLeaderEpoch of [-1, leader.leaderEpoch, leader.leaderEpoch + 5]) {
        const of = { currentLeaderEpoch }
        const body = partition.fetchRequest(0, { of, maxWaitMs: 60_000, minBytes: 1 })
        const answer = await talk.broker(stranger).request(Fetch, version, body)
        const [told] = answer.responses[0]!.partitions
        assert.is(errorName(told), 'NOT_LEADER_OR_FOLLOWER')
        assert.equal(told!.records, Buffer.alloc(0))
        assert.is(String(told!.highWatermark), '-1')
        assert.equal(told!.currentLeader, version < 16 ? untold : leader)
        assert.equal(
          answer.nodeEndpoints.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
          version < 16 ? [] : [place],
        )
      }
    }),
  )
}

contract(
  'up to v10 only the leader is fetched from; from v11 on a replica serves it too (KIP-392)',
  { ...needsAll({ Produce: 9, Fetch: [4, 10, 11, 18], Metadata: 10 }), brokers: 3 },
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    await partition.produce(batchOf(['a', 'b']))
    for (const id of partition.replicas.filter(replica => replica !== partition.leader)) {
      const on = talk.broker(id)
      for (const version of [4, 10])
        assert.is(errorName(await partition.fetch(0, { version, on })), 'NOT_LEADER_OR_FOLLOWER')
      for (const version of [11, 18]) {
        // It hears of the high watermark a little later.
        const fetched = await eventually(
          () => partition.fetch(0, { version, on }),
          ({ highWatermark }) => highWatermark.eq(2),
        )
        assert.is(errorName(fetched), 'NONE')
        assert.equal(partition.recordsOf(fetched), ['0 a', '1 b'])
        assert.equal(fetched.currentLeader, untold)
      }
    }
  }),
)

contract(
  'the other questions about a partition are for its leader alone',
  {
    ...needsAll({
      ListOffsets: [1, 11],
      OffsetForLeaderEpoch: 4,
      DeleteRecords: 2,
      Produce: 9,
      Metadata: 10,
    }),
    brokers: 3,
  },
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const { topic, leaderEpoch } = partition
    for (const { id } of context.brokers.filter(broker => broker.id !== partition.leader)) {
      const on = talk.broker(id)
      for (const version of [1, 11])
        assert.is(errorName(await partition.listOffset(-1, { version, on })), 'NOT_LEADER_OR_FOLLOWER')
      const ends = await on.request(OffsetForLeaderEpoch, 4, {
        replicaId: -1,
        topics: [{ topic, partitions: [{ partition: 0, leaderEpoch }] }],
      })
      assert.is(errorName(ends.topics[0]!.partitions[0]), 'NOT_LEADER_OR_FOLLOWER')
      const deleted = await on.request(DeleteRecords, 2, {
        timeoutMs: 1000,
        topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset: 0 }] }],
      })
      assert.is(errorName(deleted.topics[0]!.partitions[0]), 'NOT_LEADER_OR_FOLLOWER')
    }
  }),
)

contract(
  'a replica that does not lead checks the leader epoch before it says so',
  { ...needsAll({ ListOffsets: 6, Metadata: 10 }), brokers: 3 },
  talking(async (talk, context) => {
    const { partition, stranger } = await keptElsewhere(talk, context)
    const replicated = await Partition.of(talk, context)
    const ask = async (one: Partition, broker: number, ahead: number) => {
      const of = { currentLeaderEpoch: one.leaderEpoch + ahead }
      return errorName(await one.listOffset(-1, { of, on: talk.broker(broker) }))
    }
    const follower = replicated.replicas.find(id => id !== replicated.leader)!
    assert.is(await ask(replicated, follower, 0), 'NOT_LEADER_OR_FOLLOWER')
    assert.is(await ask(replicated, follower, 1), 'UNKNOWN_LEADER_EPOCH')
    assert.is(await ask(partition, stranger, 1), 'NOT_LEADER_OR_FOLLOWER')
  }),
)

contract(
  'a fetch that waits at a leader is answered when it stops leading',
  { ...needsAll({ ...moving, Produce: 9, Fetch: 10 }), brokers: 3 },
  talking(async (talk, context) => {
    const before = await Partition.of(talk, context)
    const on = talk.open(before.leader)
    const held = before.fetch(0, { version: 10, on, maxWaitMs: 60_000, minBytes: 1 })
    const [told, after] = await Promise.all([held, moveLeader(talk, before)])
    assert.is(errorName(told), 'NOT_LEADER_OR_FOLLOWER')
    assert.is(errorName(await before.produce(batchOf(['a']))), 'NOT_LEADER_OR_FOLLOWER')
    assert.is(errorName(await after.produce(batchOf(['a']))), 'NONE')
  }),
)

runContract()
