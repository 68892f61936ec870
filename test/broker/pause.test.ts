import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

const timeout = 'broker.session.timeout.ms'
const config = { [timeout]: 9000 }
const three = { brokers: 3, topics: { orders: {} }, metadataLagMs: 20, config }

test('a broker that is paused for its session has its leaders moved away, and not a moment earlier', async () => {
  const rig = await BrokerRig.start(three)
  const orders = rig.kafka.partition('orders')
  const { leader } = orders
  await rig.kafka.broker(leader).pause()
  await rig.clock.advance(8999)
  assert.equal([orders.leader, orders.isr.length], [leader, 3])
  await rig.clock.advance(1)
  assert.is.not(orders.leader, leader)
  assert.equal([orders.leaderEpoch, orders.isr.includes(leader)], [1, false])
  assert.ok(rig.kafka.broker(leader).isUp)
  await rig.close()
})

for (const [act, own, ms] of [
  ['pause', { [timeout]: 500 }, 500],
  ['pause', {}, 1000],
  ['kill', { [timeout]: 500 }, 500],
  ['kill', {}, 1000],
] as const)
  test(`broker.session.timeout.ms says how long that is, 1 s by default: ${act}, ${ms} ms`, async () => {
    const rig = await BrokerRig.start({ ...three, config: own })
    const orders = rig.kafka.partition('orders')
    const { leader } = orders
    await rig.kafka.broker(leader)[act]()
    await rig.clock.advance(ms - 1)
    assert.is(orders.leader, leader)
    await rig.clock.advance(1)
    assert.is.not(orders.leader, leader)
    await rig.close()
  })

test('a broker that goes on in time was never missed', async () => {
  const rig = await BrokerRig.start(three)
  const orders = rig.kafka.partition('orders')
  await rig.kafka.broker(orders.leader).pause()
  await rig.clock.advance(8000)
  await rig.kafka.broker(orders.leader).resume()
  await rig.clock.advance(60_000)
  assert.equal([orders.leaderEpoch, orders.isr.length], [0, 3])
  await rig.close()
})

test('a broker that was missed comes back with stale metadata for a moment, and then follows', async () => {
  const rig = await BrokerRig.start(three)
  const orders = rig.kafka.partition('orders')
  const old = orders.leader
  const client = rig.client()
  const ask = () => client.request(Apis.Metadata, { topics: [{ name: 'orders' }] }, { broker: old })
  const toldBy = async () => {
    const { topics, brokers } = await rig.done(ask())
    return [topics[0]!.partitions[0]!.leaderId, brokers.length]
  }
  assert.equal(await toldBy(), [old, 3])
  await rig.kafka.broker(old).pause()
  await rig.clock.advance(9100)
  const { leader } = orders
  assert.is.not(leader, old)
  await rig.kafka.broker(old).resume()
  assert.equal(await toldBy(), [old, 3], 'what it knew when it was paused')
  assert.not.ok(orders.isr.includes(old))
  await rig.clock.advance(50)
  assert.equal(await toldBy(), [leader, 3])
  assert.ok(orders.isr.includes(old))
  await rig.close()
})

test('what a paused leader was sent is refused when it goes on, and goes to the new one', async () => {
  const rig = await BrokerRig.start(three)
  const orders = rig.kafka.partition('orders')
  const client = rig.client()
  await rig.done(rig.produce('a', { client }))
  const { leader } = orders
  await rig.kafka.broker(leader).pause()
  const waiting = rig.produce('b', { client, timeoutMs: 30_000 })
  waiting.subscribe()
  await rig.clock.advance(10_000)
  assert.equal(rig.values(), ['a'])
  await rig.kafka.broker(leader).resume()
  const [answer] = await rig.done(waiting)
  assert.equal([answer!.error, rig.values()], [null, ['a', 'b']])
  assert.equal(orders.batches.at(-1)!.leaderEpoch, 1)
  await rig.close()
})

test('news that came while a broker was paused for a short time reaches it when it goes on', async () => {
  const rig = await BrokerRig.start(three)
  const [one] = rig.kafka.brokers
  await rig.kafka.broker(one!.id).pause()
  await rig.done(rig.kafka.createTopic('late'))
  await rig.kafka.broker(one!.id).resume()
  await rig.clock.advance(20)
  const client = rig.client({ allowAutoTopicCreation: false })
  const asked = client.request(Apis.Metadata, { topics: [{ name: 'late' }] }, { broker: one!.id })
  assert.is((await rig.done(asked)).topics[0]!.errorCode, 0)
  await rig.close()
})

test('a paused broker that is killed and started again is as new', async () => {
  const rig = await BrokerRig.start(three)
  const orders = rig.kafka.partition('orders')
  const one = rig.kafka.broker(orders.leader)
  await one.pause()
  await one.resume()
  await one.pause()
  await rig.clock.advance(5000)
  await rig.done(one.kill())
  await rig.done(one.start())
  await rig.clock.advance(60_000)
  assert.equal([one.isUp, orders.isr.length], [true, 3])
  await rig.done(rig.produce('a'))
  assert.equal(rig.values(), ['a'])
  await rig.close()
})

test.run()
