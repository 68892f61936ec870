import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needsAll, Partition, talking } from '../support/talk'
import { noTopicId } from '../support/talk/metadata'
import { batchOf } from '../support/wire'

const { Fetch } = Apis
const reading = needsAll({ Produce: 9, Fetch: 12 })
const nobodysId = 'eGkQ4kvYQVmZ3zjJq3v0xA'
const nobody = { leaderId: -1, leaderEpoch: -1 }

for (const version of [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]) {
  contract(
    `Fetch v${version} reads batches, and tells where the log begins and ends`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      await partition.produce(batchOf(['a', 'b']))
      await partition.produce(batchOf(['c']))
      const fetched = await partition.fetch(0, { version })
      assert.is(errorName(fetched), 'NONE')
      assert.equal(partition.recordsOf(fetched), ['0 a', '1 b', '2 c'])
      assert.is(String(fetched.highWatermark), '3')
      assert.is(String(fetched.lastStableOffset), '3')
      assert.is(String(fetched.logStartOffset), version >= 5 ? '0' : '-1')
      assert.is(fetched.abortedTransactions, null)
      assert.is(fetched.preferredReadReplica, -1)
      assert.equal(fetched.currentLeader, nobody)
      assert.is(fetched.divergingEpoch.epoch, -1)
    }),
  )
}

contract(
  'an answer names the topic as the request does: up to v12 by name, from v13 on by id',
  needsAll({ Fetch: [12, 13] }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const ask = async (version: number) =>
      (await partition.connection.request(Fetch, version, partition.fetchRequest(0))).responses[0]!
    const byName = await ask(12)
    assert.equal([byName.topic, byName.topicId], [partition.topic, noTopicId])
    const byId = await ask(13)
    assert.equal([byId.topic, byId.topicId], ['', partition.topicId])
  }),
)

contract(
  'whole batches are read from the one on that holds the offset',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    for (const values of [['a', 'b', 'c'], ['d'], ['e', 'f']])
      await partition.produce(batchOf(values, { compression: 'gzip' }))
    const firstFrom = async (offset: number) => partition.recordsOf(await partition.fetch(offset))[0]
    assert.is(await firstFrom(0), '0 a')
    assert.is(await firstFrom(2), '0 a')
    assert.is(await firstFrom(3), '3 d')
    assert.is(await firstFrom(5), '4 e')
  }),
)

contract(
  'at the end of the log there is nothing, with no error',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    for (const end of [0, 2]) {
      const fetched = await partition.fetch(end)
      assert.is(errorName(fetched), 'NONE')
      assert.equal(fetched.records, Buffer.alloc(0))
      assert.is(String(fetched.highWatermark), String(end))
      await partition.produce(batchOf(['a', 'b']))
    }
  }),
)

for (const version of [4, 12, 18]) {
  contract(
    `offsets outside of the log are OFFSET_OUT_OF_RANGE, at once and without telling the range (Fetch v${version})`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      await partition.produce(batchOf(['a', 'b']))
      for (const offset of [3, 100, -1, -2, 2n ** 63n - 1n]) {
        const fetched = await partition.fetch(offset, { version, maxWaitMs: 60_000, minBytes: 1 })
        assert.is(errorName(fetched), 'OFFSET_OUT_OF_RANGE', `offset ${offset}`)
        const { highWatermark, lastStableOffset, logStartOffset } = fetched
        assert.equal([highWatermark, lastStableOffset, logStartOffset].map(String), ['-1', '-1', '-1'])
        assert.equal(fetched.records, Buffer.alloc(0))
      }
    }),
  )
}

contract(
  'unknown topics and partitions are told at once; beside others they wait with these',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const unknown = context.uniqueName('topic')
    const asked = (index: number) => ({ partition: index, fetchOffset: 0, partitionMaxBytes: 1000 })
    const ask = async (maxWaitMs: number, ...known: number[]) => {
      const topics = [
        { topic: unknown, partitions: [asked(0)] },
        { topic: partition.topic, partitions: [...known, 1, -1].map(asked) },
      ]
      const { responses } = await partition.connection.request(Fetch, 12, { maxWaitMs, minBytes: 1, topics })
      return responses
        .flatMap(({ topic, partitions }) =>
          partitions.map(one => `${topic} ${one.partitionIndex} ${one.highWatermark} ${errorName(one)}`),
        )
        .sort()
    }
    const errors = [
      `${unknown} 0 -1 UNKNOWN_TOPIC_OR_PARTITION`,
      `${partition.topic} 1 -1 UNKNOWN_TOPIC_OR_PARTITION`,
      `${partition.topic} -1 -1 UNKNOWN_TOPIC_OR_PARTITION`,
    ]
    assert.equal(await ask(60_000), errors.sort())
    const started = performance.now()
    assert.equal(await ask(200, 0), [...errors, `${partition.topic} 0 0 NONE`].sort())
    assert.ok(performance.now() - started > 190)
  }),
)

for (const version of [13, 18]) {
  contract(
    `an unknown topic id is UNKNOWN_TOPIC_ID, beside what is known (Fetch v${version})`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const { connection, topicId } = partition
      await partition.produce(batchOf(['a']))
      const asked = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }]
      const ask = async (...ids: string[]) => {
        const topics = ids.map(id => ({ topicId: id, partitions: asked }))
        const body = { maxWaitMs: 60_000, minBytes: 1, topics }
        const { errorCode, responses } = await connection.request(Fetch, version, body)
        assert.is(errorCode, 0)
        return new Map(responses.map(topic => [topic.topicId, errorName(topic.partitions[0])]))
      }
      assert.equal([...(await ask(nobodysId))], [[nobodysId, 'UNKNOWN_TOPIC_ID']])
      const told = await ask(nobodysId, topicId, noTopicId)
      assert.is(told.get(nobodysId), 'UNKNOWN_TOPIC_ID')
      assert.is(told.get(noTopicId), 'UNKNOWN_TOPIC_ID')
      assert.is(told.get(topicId), 'NONE')
    }),
  )
}

for (const version of [12, 13]) {
  contract(
    `of two entries for one partition in one request Fetch v${version} answers the last`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const { topic, topicId } = partition
      await partition.produce(batchOf(['a']))
      await partition.produce(batchOf(['b']))
      const at = (fetchOffset: number) => ({ partition: 0, fetchOffset, partitionMaxBytes: 1000 })
      const { responses } = await partition.connection.request(Fetch, version, {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [{ topic, topicId, partitions: [at(0), at(1)] }],
      })
      assert.is(responses.length, 1)
      assert.is(responses[0]!.partitions.length, 1)
      assert.equal(partition.recordsOf(responses[0]!.partitions[0]!), ['1 b'])
    }),
  )
}

contract(
  'without transactions read_committed reads the same, and its list of aborted ones is empty instead of null',
  needsAll({ Produce: 9, Fetch: [4, 12] }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    await partition.produce(batchOf(['a', 'b']))
    for (const version of [4, 12]) {
      const fetched = await partition.fetch(0, { version, isolationLevel: 1 })
      assert.equal(partition.recordsOf(fetched), ['0 a', '1 b'])
      assert.equal(fetched.abortedTransactions, [])
      assert.equal([String(fetched.lastStableOffset), String(fetched.highWatermark)], ['2', '2'])
      assert.equal((await partition.fetch(2, { version, isolationLevel: 1 })).abortedTransactions, [])
    }
  }),
)

contract(
  'a request for nothing is answered with nothing, at once',
  needsAll({ Fetch: 12 }),
  talking(async talk => {
    const answer = await talk.request(Fetch, 12, { maxWaitMs: 60_000, minBytes: 1, topics: [] })
    assert.is(errorName(answer), 'NONE')
    assert.equal(answer.responses, [])
  }),
)

runContract()
