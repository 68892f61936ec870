import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { id, invoices, orders, TransactionRig } from './transaction-rig'

test('an end is decided at once, and its markers are written a moment later, by whoever coordinates then', async () => {
  const rig = new TransactionRig({ markerDelayMs: 7 })
  const producer = rig.init()
  assert.is(rig.coordinator.add(id, producer, [orders, invoices]), 'NONE')
  assert.equal(rig.end(producer, 'commit'), { error: 'NONE', producerId: 100n, producerEpoch: 1 })
  assert.is(rig.state, 'PrepareCommit 100/1')
  rig.epoch = 3
  await rig.clock.advance(6)
  assert.equal(rig.markers, [])
  await rig.clock.advance(1)
  assert.equal(rig.markers, ['orders-0 commit 100/1 by 3', 'invoices-2 commit 100/1 by 3'])
  assert.is(rig.state, 'CompleteCommit 100/1')
  assert.equal(rig.coordinator.get(id)!.partitions, [])
})

test('while markers are written everything else of that transactional id is CONCURRENT_TRANSACTIONS', () => {
  const rig = new TransactionRig()
  const producer = rig.init()
  rig.coordinator.add(id, producer, [orders])
  const next = rig.end(producer, 'commit')
  assert.is(rig.init().error, 'CONCURRENT_TRANSACTIONS')
  assert.is(rig.init(next).error, 'CONCURRENT_TRANSACTIONS')
  assert.is(rig.coordinator.add(id, next, [orders]), 'CONCURRENT_TRANSACTIONS')
  assert.is(rig.coordinator.verify(id, next, orders), 'CONCURRENT_TRANSACTIONS')
  assert.is(rig.end(producer, 'commit').error, 'CONCURRENT_TRANSACTIONS')
  assert.is(rig.end(next, 'commit', false).error, 'CONCURRENT_TRANSACTIONS')
  assert.is(rig.end(producer, 'commit', false).error, 'PRODUCER_FENCED')
})

test('a partition without a leader, and a coordinator without a broker, are waited for', async () => {
  const rig = new TransactionRig()
  const producer = rig.init()
  rig.coordinator.add(id, producer, [orders, invoices])
  rig.leaderless.add('orders')
  rig.end(producer, 'abort')
  await rig.clock.advance(1000)
  assert.equal(rig.markers, ['invoices-2 abort 100/1 by 0'])
  assert.is(rig.state, 'PrepareAbort 100/1')
  rig.leaderless.clear()
  rig.epoch = undefined
  await rig.clock.advance(1000)
  assert.is(rig.markers.length, 1)
  rig.epoch = 1
  await rig.clock.advance(1000)
  assert.equal(rig.markers.slice(1), ['orders-0 abort 100/1 by 1'])
  assert.is(rig.state, 'CompleteAbort 100/1')
})

test('what cannot be stored is COORDINATOR_NOT_AVAILABLE and never was', async () => {
  const rig = new TransactionRig()
  const producer = rig.init()
  rig.stores = false
  assert.is(rig.coordinator.add(id, producer, [orders]), 'COORDINATOR_NOT_AVAILABLE')
  assert.is(rig.init().error, 'COORDINATOR_NOT_AVAILABLE')
  assert.is(rig.state, 'Empty 100/0')
  rig.stores = true
  rig.coordinator.add(id, producer, [orders])
  rig.end(producer, 'commit')
  rig.stores = false
  await rig.clock.advance(1000)
  assert.is(rig.state, 'PrepareCommit 100/1')
  rig.stores = true
  await rig.clock.advance(1000)
  assert.is(rig.state, 'CompleteCommit 100/1')
})

test('a producer id is taken only where one is needed', () => {
  const rig = new TransactionRig()
  const producer = rig.init()
  for (let time = 0; time < 5; time++) rig.init()
  rig.coordinator.add(id, rig.init(), [orders])
  assert.is(rig.nextId, 101n)
  assert.is(rig.coordinator.init('another', { timeoutMs: 1, expected: undefined }).producerId, 101n)
  assert.is(producer.producerId, 100n)
})

test('while there are no producer ids whoever needs one has to ask again', () => {
  const rig = new TransactionRig()
  rig.hasIds = false
  assert.is(rig.init().error, 'COORDINATOR_LOAD_IN_PROGRESS')
  assert.is(rig.state, undefined)
  rig.hasIds = true
  for (let epoch = 0; epoch < 0x7fff; epoch++) rig.init()
  assert.is(rig.state, 'Empty 100/32766')
  rig.hasIds = false
  const producer = { producerId: 100n, producerEpoch: 32_766 }
  rig.coordinator.add(id, producer, [orders])
  assert.is(rig.end(producer, 'commit').error, 'COORDINATOR_LOAD_IN_PROGRESS')
  assert.is(rig.state, 'Ongoing 100/32766')
  rig.hasIds = true
  assert.equal(rig.end(producer, 'commit'), { error: 'NONE', producerId: 101n, producerEpoch: 0 })
})

test('a transaction that lasts too long is aborted when that is looked for, and not before', async () => {
  const rig = new TransactionRig({ timeoutCheckMs: 1000 })
  const producer = rig.init(undefined, 1500)
  await rig.clock.advance(300)
  rig.coordinator.add(id, producer, [orders])
  await rig.clock.advance(1999)
  assert.is(rig.state, 'Ongoing 100/0')
  await rig.clock.advance(1)
  assert.is(rig.state, 'PrepareAbort 100/1')
  await rig.clock.advance(5)
  assert.equal(rig.markers, ['orders-0 abort 100/1 by 0'])
  assert.is(rig.coordinator.add(id, producer, [orders]), 'PRODUCER_FENCED')
})

test('nobody coordinates, nobody aborts: the next coordinator does', async () => {
  const rig = new TransactionRig({ timeoutCheckMs: 1000 })
  rig.coordinator.add(id, rig.init(undefined, 500), [orders])
  rig.epoch = undefined
  await rig.clock.advance(5000)
  assert.is(rig.state, 'Ongoing 100/0')
  rig.epoch = 4
  await rig.clock.advance(1100)
  assert.equal(rig.markers, ['orders-0 abort 100/1 by 4'])
})

test('brokers of old fence a producer without telling its epoch to whoever asks again', async () => {
  const rig = new TransactionRig({ bumpsEpochs: false })
  const producer = rig.init()
  rig.coordinator.add(id, producer, [orders])
  assert.is(rig.init(producer).error, 'CONCURRENT_TRANSACTIONS')
  await rig.clock.advance(10)
  assert.equal(rig.markers, ['orders-0 abort 100/1 by 0'])
  assert.is(rig.init(producer).error, 'PRODUCER_FENCED')
  assert.is(rig.init().producerEpoch, 2)
})

test('an unused transactional id is forgotten, one in use is not', async () => {
  const rig = new TransactionRig({ expirationMs: 5000, expirationCheckMs: 1000, timeoutCheckMs: 60_000 })
  const producer = rig.init()
  await rig.clock.advance(4000)
  rig.coordinator.add(id, producer, [orders])
  await rig.clock.advance(20_000)
  assert.is(rig.state, 'Ongoing 100/0')
  rig.end(producer, 'commit')
  await rig.clock.advance(4500)
  assert.is(rig.state, 'CompleteCommit 100/1')
  await rig.clock.advance(2000)
  assert.is(rig.state, undefined)
  assert.is(rig.coordinator.add(id, producer, [orders]), 'INVALID_PRODUCER_ID_MAPPING')
})

test.run()
