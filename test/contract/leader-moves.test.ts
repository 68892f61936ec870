import * as assert from 'uvu/assert'
import { contractAlone, runContract } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking } from '../support/talk'
import { ledBy } from '../support/talk/move-leader'
import { Sequenced } from '../support/talk/sequenced'
import { batchOf } from '../support/wire'

const apis = { Produce: 9, Fetch: 12, ListOffsets: 6, Metadata: 10, InitProducerId: 4 } as const
const three = { ...needsAll(apis), brokers: 3 } as const

contractAlone(
  'what was acknowledged survives the death of the leader, and the leader has its place again when it is back',
  three,
  talking(async (talk, context) => {
    const { control } = context
    const before = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    for (const sequence of [0, 1, 2]) assert.is(await producer.send(before, sequence), String(sequence))
    await control.kill(before.leader)
    const alive = talk.brokers.filter(id => id !== before.leader)
    const moved = await eventually(
      () => Partition.seenBy(talk, alive[0]!, before.topic),
      ({ leader }) => alive.includes(leader),
    )
    const after = await ledBy(talk, moved.leader, before.topic, 0, alive)
    assert.ok(after.leaderEpoch > before.leaderEpoch)
    assert.equal([...after.isr].sort(), alive)
    assert.equal(after.replicas, before.replicas)
    // The new leader learns of the high watermark from its follower.
    await eventually(
      () => after.listOffset(-1),
      ({ offset }) => offset.eq(3),
    )
    assert.equal(after.recordsOf(await after.fetch(0)), ['0 0.0', '1 1.0', '2 2.0'])
    assert.is(await producer.send(after, 1), '1')
    assert.is(await producer.send(after, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(after, 3), '3')
    const other = await Partition.seenBy(
      talk,
      alive.find(id => id !== after.leader)!,
      before.topic,
    )
    assert.is(other.leaderEpoch, after.leaderEpoch)

    await control.start(before.leader)
    // It is the first replica, so in time it is made leader again.
    const back = await ledBy(talk, before.leader, before.topic)
    assert.ok(back.leaderEpoch > after.leaderEpoch)
    assert.equal([...back.isr].sort(), [...talk.brokers].sort())
    assert.is(errorName(await after.produce(batchOf(['late']))), 'NOT_LEADER_OR_FOLLOWER')
    assert.is(await producer.send(back, 3), '3')
    assert.is(await producer.send(back, 4), '4')
    const records = back.recordsOf(await back.fetch(0))
    assert.equal(records, ['0 0.0', '1 1.0', '2 2.0', '3 3.0', '4 4.0'])
  }),
)

contractAlone(
  'a broker that is shut down hands its leaderships over first',
  three,
  talking(async (talk, context) => {
    const before = await Partition.of(talk, context)
    await before.produce(batchOf(['a']))
    const held = before.fetch(1, { on: talk.open(before.leader), maxWaitMs: 60_000, minBytes: 1 })
    const ending = held.then(
      ({ errorCode }) => errorName({ errorCode }),
      (error: Error) => error.message,
    )
    await context.control.stop(before.leader)
    assert.match(await ending, /^NOT_LEADER_OR_FOLLOWER$|closed the connection/)
    const alive = talk.brokers.filter(id => id !== before.leader)
    const seen = await Partition.seenBy(talk, alive[0]!, before.topic)
    assert.ok(alive.includes(seen.leader), `leader ${seen.leader}`)
    const after = await ledBy(talk, seen.leader, before.topic, 0, alive)
    assert.ok(after.leaderEpoch > before.leaderEpoch)
    assert.equal(after.recordsOf(await after.fetch(0)), ['0 a'])
    assert.is(errorName(await after.produce(batchOf(['b']))), 'NONE')
  }),
)

runContract()
