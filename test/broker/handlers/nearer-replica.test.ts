import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka } from '../../../src/broker'
import { Apis } from '../../../src/protocol'
import { BrokerRig } from '../broker-rig'

const nearer = suite('a fetch that names a rack')
let rig: BrokerRig

const aware = 'org.apache.kafka.common.replica.RackAwareReplicaSelector'

async function start(selector: string | undefined): Promise<void> {
  rig = await BrokerRig.start({
    brokers: 3,
    racks: ['a', 'b', 'b'],
    topics: { orders: { replicationFactor: 3 } },
    ...(selector === undefined ? {} : { config: { 'replica.selector.class': selector } }),
  })
  const partition = rig.kafka.partition('orders')
  if (partition.leader !== 1) partition.moveLeader(1)
  partition.append([{ value: 'one' }])
  await rig.clock.advance(100)
}

nearer.after.each(() => rig.close())

/** The replica that this broker names for a reader, -1 for nobody, and how many bytes it gives. */
async function named(
  rackId: string,
  { broker = 1, fetchOffset = 0 } = {},
): Promise<readonly [number, boolean]> {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1000 }]
  const body = { maxWaitMs: 0, minBytes: 1, rackId, topics: [{ topic: 'orders', partitions }] }
  const { responses } = await rig.done(rig.client().request(Apis.Fetch, body, { broker, version: 12 }))
  const [told] = responses[0]!.partitions
  return [told!.preferredReadReplica, told!.records!.length > 0]
}

nearer('is sent to the first replica in sync there, and gets nothing from the leader', async () => {
  await start(aware)
  assert.equal(await named('b'), [2, false])
  await rig.done(rig.kafka.broker(2).stop())
  await rig.clock.advance(100)
  assert.equal(await named('b'), [3, false])
  assert.equal(await named('b', { broker: 3 }), [-1, true])
})

nearer(
  'is served by the leader when it stands there, or nobody does, or its offset is not in the log',
  async () => {
    await start(aware)
    assert.equal(await named('a'), [-1, true])
    assert.equal(await named('nowhere'), [-1, true])
    assert.equal(await named(''), [-1, true])
    assert.equal(await named('b', { fetchOffset: 5 }), [-1, false])
  },
)

for (const selector of [undefined, 'org.apache.kafka.common.replica.LeaderSelector']) {
  nearer(`is served by the leader with replica.selector.class ${selector ?? 'unset'}`, async () => {
    await start(selector)
    assert.equal(await named('b'), [-1, true])
  })
}

nearer('needs a selector that there is', async () => {
  await start(aware)
  const config = { 'replica.selector.class': 'com.example.Mine' }
  const error = await rig.failure(EmbeddedKafka.start({ config }))
  assert.match(error.message, 'replica.selector.class')
})

nearer.run()
