import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PartitionLog } from '../../../src/broker/log'
import { BrokerRig } from '../broker-rig'

const test = suite<{ rig: BrokerRig }>('partitions that nobody leads')
test.before.each(async context => {
  context.rig = await BrokerRig.start({ brokers: 2, topics: { lone: { replicationFactor: 1 } } })
})
test.after.each(({ rig }) => rig.close())

test('in an epoch without a leader no records begin', async ({ rig }) => {
  const begun: number[] = []
  const { beginEpoch } = PartitionLog.prototype
  PartitionLog.prototype.beginEpoch = function (epoch) {
    begun.push(epoch)
    beginEpoch.call(this, epoch)
  }
  try {
    const { leader } = rig.kafka.partition('lone')
    await rig.done(rig.kafka.broker(leader).stop())
    assert.equal([rig.kafka.partition('lone').leader, rig.kafka.partition('lone').leaderEpoch], [-1, 1])
    assert.equal(begun, [])
    await rig.done(rig.kafka.broker(leader).start())
    assert.equal([rig.kafka.partition('lone').leader, rig.kafka.partition('lone').leaderEpoch], [leader, 2])
    assert.equal(begun, [2])
  } finally {
    PartitionLog.prototype.beginEpoch = beginEpoch
  }
})

test('a coordinator that is asked for while no broker is taken for alive is there once they are', async ({
  rig,
}) => {
  const { brokers } = rig.kafka
  const asked = rig.client().loadCoordinatorForGroup('billing')
  asked.subscribe({ error: assert.unreachable })
  for (const { id } of brokers) await rig.kafka.broker(id).pause()
  await rig.clock.advance(5000)
  for (const { id } of brokers) await rig.kafka.broker(id).resume()
  await rig.done(asked)
  assert.ok(rig.kafka.partition('__consumer_offsets', 0).leader > 0)
})

test.run()
