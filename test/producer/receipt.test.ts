import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lastValueFrom } from 'rxjs'
import { Producer } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

test('a receipt is JSON as it is, with its int64 as text', async () => {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders')
  const producer = new Producer(cluster.client())
  await cluster.settled(producer.sendMessages('orders', null, ['a', 'b']))
  const receipt = await cluster.settled(producer.send({ topic: 'orders', value: 'c' }))
  assert.is(receipt.offset, 2n)
  assert.is(JSON.stringify(receipt), '{"topic":"orders","partition":0,"offset":"2","timestamp":"-1"}')
  assert.equal(Object.keys(receipt), ['topic', 'partition', 'offset', 'timestamp'])
  const rows = [{ topic: 'orders', value: 'd', passThrough: { id: 2n ** 60n } }]
  const sent = await cluster.settled(lastValueFrom(producer.sendAll(rows)))
  assert.is(
    JSON.stringify([sent]),
    '[{"topic":"orders","partition":0,"offset":"3","timestamp":"-1","passThrough":{"id":"1152921504606846976"}}]',
  )
})

test.run()
