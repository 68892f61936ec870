import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError } from '../../src/kernel'
import { BrokerRig } from './broker-rig'

let rig: BrokerRig
let lag: () => number

test.before.each(async () => {
  rig = await BrokerRig.start({ topics: { orders: { partitions: 2 }, other: {} } })
  lag = () => rig.kafka.lag('billing', 'orders')
})
test.after.each(() => rig.close())

const commit = (topic: string, partition: number, offset: number) =>
  rig.done(rig.client().sendOffsetCommitRequest('billing', [{ topic, partition, offset }]))

test('a group that has committed nothing has everything before it', async () => {
  assert.is(lag(), 0)
  for (const value of ['a', 'b']) await rig.done(rig.produce(value))
  await rig.done(rig.produce('c', { partition: 1 }))
  assert.is(lag(), 3)
})

test('what a group has committed is behind it, partition by partition, whatever it did elsewhere', async () => {
  for (const value of ['a', 'b']) await rig.done(rig.produce(value))
  await rig.done(rig.produce('c', { partition: 1 }))
  await rig.done(rig.produce('d', { topic: 'other' }))
  await commit('other', 0, 1)
  assert.is(lag(), 3)
  await commit('orders', 0, 2)
  assert.is(lag(), 1)
  await commit('orders', 1, 1)
  assert.is(lag(), 0)
})

test('a group that has committed more than a truncated log still has, has nothing before it', async () => {
  for (const value of ['a', 'b', 'c']) await rig.done(rig.produce(value))
  await rig.done(rig.produce('d', { partition: 1 }))
  await commit('orders', 0, 3)
  rig.kafka.partition('orders', 0).truncateTo(1)
  assert.is(lag(), 1)
  await commit('orders', 1, 1)
  assert.is(lag(), 0)
})

test('what a group has committed is told by partition', async () => {
  const committed = (partition?: number) => rig.kafka.committed('billing', 'orders', partition)
  assert.equal([committed(), committed(1)], [undefined, undefined])
  await commit('orders', 1, 7)
  assert.equal([committed(), committed(0), committed(1)], [undefined, undefined, 7n])
  await commit('orders', 0, 3)
  assert.is(committed(), 3n)
  assert.throws(() => committed(2), /partition of orders: expected a number from 0 to 1, got 2/)
})

test('a topic that is not there has no lag to tell', () => {
  assert.throws(
    () => rig.kafka.lag('billing', 'nowhere'),
    (error: Error) => error instanceof ArgumentError,
  )
})

test.run()
