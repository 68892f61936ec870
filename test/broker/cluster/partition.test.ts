import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Partition } from '../../../src/broker/cluster'
import { BrokerRig } from '../broker-rig'

test('whoever watches a partition hears of a new leader once, when all of it is true', async () => {
  const rig = await BrokerRig.start({ brokers: 3, topics: { orders: {} } })
  const told: string[] = []
  const { changed } = Partition.prototype
  Partition.prototype.changed = function () {
    told.push(`${this.topic.name} ${this.leader}@${this.leaderEpoch} [${this.isr.join()}]`)
    changed.call(this)
  }
  try {
    const orders = rig.kafka.partition('orders')
    const [first, second, third] = orders.replicas
    await rig.done(rig.kafka.broker(first!).stop())
    assert.equal(told, [`orders ${second}@1 [${[second, third].join()}]`])
  } finally {
    Partition.prototype.changed = changed
  }
  await rig.close()
})

test.run()
