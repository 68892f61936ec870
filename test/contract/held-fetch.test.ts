import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needsAll, Partition, talking, type Talk } from '../support/talk'
import { moveLeader, moving } from '../support/talk/move-leader'
import { batchOf } from '../support/wire'

const { DeleteTopics, Fetch } = Apis

/** Partitions of two topics under one leader, empty. */
async function pair(talk: Talk, context: ContractContext): Promise<readonly [Partition, Partition]> {
  const { length } = context.brokers
  const [first] = await Partition.several(talk, context, length)
  const others = await Partition.several(talk, context, length)
  return [first!, others.find(({ leader }) => leader === first!.leader)!]
}

/** A fetch of the next records of all of them: how each partition is answered, by topic, when it is at last. */
async function hold(
  talk: Talk,
  version: number,
  partitions: readonly Partition[],
  { minBytes = 1, ofEpoch = false } = {},
) {
  const on = talk.open(partitions[0]!.leader)
  const topics = partitions.map(({ topic, topicId, index: partition, leaderEpoch }) => {
    const currentLeaderEpoch = ofEpoch ? leaderEpoch : -1
    return {
      ...{ topic, topicId },
      partitions: [{ partition, currentLeaderEpoch, fetchOffset: 0, partitionMaxBytes: 1000 }],
    }
  })
  const body = { maxWaitMs: 60_000, minBytes, maxBytes: 100_000, topics }
  const answer = on.request(Fetch, version, body)
  // An answer on another connection: the broker has the fetch in hand.
  await partitions[0]!.listOffset(-1)
  const started = performance.now()
  return {
    answered: async () => {
      const { responses, errorCode } = await answer
      assert.is(errorCode, 0)
      assert.ok(performance.now() - started < 20_000)
      return partitions.map(({ topic, topicId }) => {
        const told = responses.find(one => (version < 13 ? one.topic === topic : one.topicId === topicId))
        return errorName(told?.partitions[0])
      })
    },
  }
}

for (const version of [12, 13]) {
  contract(
    `a held Fetch v${version} ends when one of its topics is deleted`,
    needsAll({ Fetch: version, DeleteTopics: 5, Metadata: 10, ListOffsets: 6 }),
    talking(async (talk, context) => {
      const [first, second] = await pair(talk, context)
      const held = await hold(talk, version, [first, second])
      await talk.request(DeleteTopics, 5, { topicNames: [second.topic], timeoutMs: 8000 })
      assert.equal(await held.answered(), ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    }),
  )
}

for (const [version, ofEpoch, error] of [
  [10, false, 'NOT_LEADER_OR_FOLLOWER'],
  [10, true, 'FENCED_LEADER_EPOCH'],
  [13, true, 'FENCED_LEADER_EPOCH'],
] as const)
  contract(
    `a held Fetch v${version} ends when one of its partitions has another leader, with ${error}`,
    { ...needsAll({ Fetch: version, ...moving, ListOffsets: 6 }), brokers: 3 },
    talking(async (talk, context) => {
      const [first, second] = await pair(talk, context)
      const held = await hold(talk, version, [first, second], { ofEpoch })
      await moveLeader(talk, second)
      assert.equal(await held.answered(), ['NONE', error])
    }),
  )

contract(
  'a held Fetch v11 that asks for no epoch waits on when its broker becomes a follower, which serves it too',
  { ...needsAll({ Fetch: 11, ...moving, ListOffsets: 6, Produce: 9 }), brokers: 3 },
  talking(async (talk, context) => {
    const [first, second] = await pair(talk, context)
    const held = await hold(talk, 11, [first, second])
    const moved = await moveLeader(talk, second)
    await moved.produce(batchOf(['a']))
    assert.equal(await held.answered(), ['NONE', 'NONE'])
  }),
)

contract(
  'a held Fetch adds up what comes to its partitions',
  needsAll({ Fetch: 12, Produce: 9, Metadata: 10, ListOffsets: 6 }),
  talking(async (talk, context) => {
    const [first, second] = await pair(talk, context)
    const batch = batchOf(['a'])
    const held = await hold(talk, 12, [first, second], { minBytes: 3 * batch.length })
    let isAnswered = false
    const answered = held.answered().finally(() => (isAnswered = true))
    await first.produce(batch)
    await second.produce(batch)
    await first.listOffset(-1)
    assert.is(isAnswered, false)
    await first.produce(batch)
    assert.equal(await answered, ['NONE', 'NONE'])
  }),
)

runContract()
