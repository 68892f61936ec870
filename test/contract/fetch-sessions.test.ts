import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needsAll, Partition, talking, type Talk } from '../support/talk'
import type { RawConnection } from '../support/wire'
import { batchOf } from '../support/wire'

const { Fetch } = Apis
const versions = [7, 12, 13]

/** Two partitions with a message in each, on one leader, and what a fetch asks of them. */
async function pair(talk: Talk, context: ContractContext) {
  const all = await Partition.several(talk, context, 2 * context.brokers.length)
  const [first, second] = all.filter(({ leader }) => leader === all[0]!.leader)
  for (const partition of [first!, second!]) await partition.produce(batchOf(['a']))
  const { topic, topicId } = first!
  const asked = (...positions: readonly (readonly [partition: Partition, fetchOffset: number])[]) => [
    {
      topic,
      topicId,
      partitions: positions.map(([{ index: partition }, fetchOffset]) => ({
        partition,
        fetchOffset,
        partitionMaxBytes: 1000,
      })),
    },
  ]
  return { first: first!, second: second!, asked }
}

/** The answer, and the partitions in it by index. */
async function fetch(on: RawConnection, version: number, body: Partial<RequestOf<typeof Fetch>>) {
  const answer = await on.request(Fetch, version, { maxWaitMs: 0, minBytes: 0, topics: [], ...body })
  const partitions = answer.responses.flatMap(topic => topic.partitions)
  const indexes = partitions.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b)
  return { error: errorName(answer), id: answer.sessionId, indexes }
}

for (const version of versions) {
  contract(
    `without a session, which is epoch -1, Fetch v${version} answers everything and session 0`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const { first, second, asked } = await pair(talk, context)
      const topics = asked([first, 0], [second, 1])
      for (let times = 0; times < 2; times++) {
        const answer = await fetch(first.connection, version, { sessionEpoch: -1, topics })
        assert.equal(answer, { error: 'NONE', id: 0, indexes: [first.index, second.index] })
      }
    }),
  )

  contract(
    `a session that the broker does not have is FETCH_SESSION_ID_NOT_FOUND (Fetch v${version})`,
    needsAll({ Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const { first, asked } = await pair(talk, context)
      const topics = asked([first, 0])
      for (const [sessionId, sessionEpoch] of [
        [12_345, 1],
        [12_345, -2],
        [0, 5],
        [0, -2],
      ] as const) {
        const answer = await fetch(first.connection, version, { sessionId, sessionEpoch, topics })
        assert.equal(answer, { error: 'FETCH_SESSION_ID_NOT_FOUND', id: 0, indexes: [] })
      }
    }),
  )

  contract(
    `whatever session is named, epoch 0 asks for a new one and -1 for none: both are answered in full (Fetch v${version})`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const { first, second, asked } = await pair(talk, context)
      const topics = asked([first, 0], [second, 1])
      const indexes = [first.index, second.index]
      const ask = async (sessionId: number, sessionEpoch: number) => {
        const { error, ...answer } = await fetch(first.connection, version, {
          sessionId,
          sessionEpoch,
          topics,
        })
        assert.is(error, 'NONE')
        return answer
      }
      const began = await ask(12_345, 0)
      assert.equal(began.indexes, indexes)
      assert.is.not(began.id, 12_345)
      assert.equal(await ask(12_345, -1), { id: 0, indexes })
      // One that the broker may have kept is over with the next.
      assert.equal((await ask(began.id, 0)).indexes, indexes)
      const late = await fetch(first.connection, version, { sessionId: began.id, sessionEpoch: 1, topics })
      assert.equal(late, { error: 'FETCH_SESSION_ID_NOT_FOUND', id: 0, indexes: [] })
    }),
  )

  contract(
    `who asks for a session is answered in full; if one is kept, then only what has changed (Fetch v${version})`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const { first, second, asked } = await pair(talk, context)
      const on = talk.open(first.leader)
      const full = await fetch(on, version, { sessionEpoch: 0, topics: asked([first, 1], [second, 1]) })
      assert.is(full.error, 'NONE')
      assert.equal(full.indexes, [first.index, second.index])
      // A broker may have no room for a session, and then says 0.
      if (full.id === 0) return
      const ask = (sessionEpoch: number, body: Partial<RequestOf<typeof Fetch>> = {}) =>
        fetch(on, version, { sessionId: full.id, sessionEpoch, ...body })
      const answered = (...partitions: Partition[]) => ({
        error: 'NONE',
        id: full.id,
        indexes: partitions.map(({ index }) => index),
      })
      assert.equal(await ask(1), answered())
      await second.produce(batchOf(['b']))
      assert.equal(await ask(2), answered(second))
      // Where it reads on is for the client to say; till then it is told the same.
      assert.equal(await ask(3), answered(second))
      assert.equal(await ask(4, { topics: asked([second, 2]) }), answered())
      await first.produce(batchOf(['b']))
      await second.produce(batchOf(['c']))
      const { topic, topicId } = first
      const forgottenTopicsData = [{ topic, topicId, partitions: [first.index] }]
      assert.equal(await ask(5, { forgottenTopicsData }), answered(second))
      assert.is((await ask(5)).error, 'INVALID_FETCH_SESSION_EPOCH')
      assert.is((await ask(9)).error, 'INVALID_FETCH_SESSION_EPOCH')
      assert.equal(await ask(6), answered(second))
      const ended = await ask(-1, { topics: asked([first, 0]) })
      assert.equal(ended, { error: 'NONE', id: 0, indexes: [first.index] })
      assert.is((await ask(7)).error, 'FETCH_SESSION_ID_NOT_FOUND')
    }),
  )
}

runContract()
