import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking, type Talk } from '../support/talk'
import { operation, resource } from '../support/talk/configs'
import { create } from '../support/talk/topics'
import { batchOf } from '../support/wire'

const minInsync = 'min.insync.replicas'

async function alter(talk: Talk, topic: string, value: string): Promise<void> {
  const configs = [{ name: minInsync, configOperation: operation.set, value }]
  const resources = [{ resourceType: resource.topic, resourceName: topic, configs }]
  const { responses } = await talk.request(Apis.IncrementalAlterConfigs, 1, {
    resources,
    validateOnly: false,
  })
  assert.is(errorName(responses[0]), 'NONE')
}

contract(
  'with fewer replicas at all than min.insync.replicas all of them are enough',
  needsAll({ CreateTopics: 7, Produce: 9, Fetch: [12, 18], ListOffsets: 6, Metadata: 10 }),
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    await create(talk, 7, [{ name, configs: [{ name: minInsync, value: '2' }] }])
    const partition = await Partition.find(talk, name)
    assert.is(errorName(await partition.produce(batchOf(['a']))), 'NONE')
    assert.equal(partition.recordsOf(await partition.fetch(0)), ['0 a'])
  }),
)

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

contractAlone(
  'min.insync.replicas that is altered counts for acks -1, and for what readers see from the next record on',
  {
    ...needsAll({
      ...{ CreateTopics: 4, Produce: 9, Fetch: [12, 18], ListOffsets: 6, Metadata: 10 },
      IncrementalAlterConfigs: 1,
    }),
    brokers: 3,
  },
  talking(async (talk, context) => {
    const { control } = context
    const before = await Partition.of(talk, context, { [minInsync]: 3 })
    // The first broker is asked to alter.
    await control.stop(before.replicas.find(id => id !== before.leader && id !== talk.brokers[0])!)
    const partition = await eventually(
      () => Partition.seenBy(talk, before.leader, before.topic),
      ({ isr }) => isr.length === 2,
    )
    const write = (value: string, acks = -1) => partition.produce(batchOf([value]), { acks })
    const seen = async () => String((await partition.fetch(0)).highWatermark)
    assert.is(errorName(await write('a', 1)), 'NONE')
    assert.is(await seen(), '0')
    await alter(talk, partition.topic, '2')
    await eventually(
      () => write('b'),
      ({ errorCode }) => errorCode === 0,
    )
    assert.is(await eventually(seen, end => end !== '0'), '2')
    await alter(talk, partition.topic, '3')
    await eventually(
      () => write('c'),
      answer => errorName(answer) === 'NOT_ENOUGH_REPLICAS',
    )
    const end = await seen()
    assert.is(errorName(await write('d', 1)), 'NONE')
    assert.is(await seen(), end)
  }),
)

runContract()
