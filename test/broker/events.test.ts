import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerRig } from './broker-rig'

test('a listener that throws stops nothing', async () => {
  let told = 0
  const onEvent = (): void => {
    told++
    throw new Error('the listener failed')
  }
  const rig = await BrokerRig.start({ brokers: 3, topics: { orders: {} }, onEvent })
  const orders = rig.kafka.partition('orders')
  const { leader } = orders
  await rig.done(rig.kafka.broker(leader).stop())
  assert.is.not(orders.leader, leader)
  await rig.done(rig.kafka.broker(leader).start())
  assert.equal([rig.kafka.broker(leader).isUp, orders.isr.length], [true, 3])
  await rig.done(rig.produce('a'))
  assert.equal(rig.values(), ['a'])
  assert.ok(told >= 3, String(told))
  await rig.close()
})

test.run()
