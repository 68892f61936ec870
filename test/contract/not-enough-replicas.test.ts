import * as assert from 'uvu/assert'
import { contractAlone, runContract } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking } from '../support/talk'
import { batchOf } from '../support/wire'

contractAlone(
  'with fewer replicas in sync than min.insync.replicas acks -1 is refused and not written, acks 1 is not',
  { ...needsAll({ CreateTopics: 4, Produce: 9, Fetch: [12, 18], ListOffsets: 6, Metadata: 10 }), brokers: 3 },
  talking(async (talk, context) => {
    const { control } = context
    const before = await Partition.of(talk, context, { 'min.insync.replicas': 3 })
    assert.is(errorName(await before.produce(batchOf(['a']))), 'NONE')
    const follower = before.replicas.find(id => id !== before.leader)!
    await control.stop(follower)
    const partition = await eventually(
      () => Partition.seenBy(talk, before.leader, before.topic),
      ({ isr }) => isr.length === 2,
    )
    assert.is(partition.leader, before.leader)
    const refused = await partition.produce(batchOf(['b']))
    assert.is(errorName(refused), 'NOT_ENOUGH_REPLICAS')
    assert.is(String(refused.baseOffset), '-1')
    const written = await partition.produce(batchOf(['c']), { acks: 1 })
    assert.equal([errorName(written), String(written.baseOffset)], ['NONE', '1'])
    // Readers do not see it before enough replicas have it (KIP-966), but may ask for what comes behind it.
    const waiting = { maxWaitMs: 60_000, minBytes: 1 }
    const seen = await partition.fetch(0, waiting)
    assert.equal([String(seen.highWatermark), partition.recordsOf(seen)], ['1', ['0 a']])
    assert.is(String((await partition.listOffset(-1)).offset), '1')
    const unseen = await partition.fetch(2, waiting)
    assert.equal([errorName(unseen), unseen.records!.length, String(unseen.highWatermark)], ['NONE', 0, '1'])
    assert.is(errorName(await partition.fetch(3, waiting)), 'OFFSET_OUT_OF_RANGE')
    await control.start(follower)
    const whole = () => partition.produce(batchOf(['d']))
    const last = await eventually(whole, ({ errorCode }) => errorCode === 0)
    assert.is(String(last.baseOffset), '2')
    assert.equal(partition.recordsOf(await partition.fetch(0)), ['0 a', '1 c', '2 d'])
  }),
)

runContract()
