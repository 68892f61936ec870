import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BrokerRig } from '../broker/broker-rig'
import { numbered, Reading } from './reading'
import { ServedLog } from './served-log'

const at = { topic: 'orders', partition: 0 }
const kilobyte = 'x'.repeat(1000)

test('a log that retention empties behind a reader is no lag and no stall: nothing is there to be read', async () => {
  const rig = await BrokerRig.start({ retentionBytes: 10_000 })
  const partition = rig.kafka.partition('orders')
  partition.append(numbered(10).map(value => ({ value })))
  const reading = new Reading(rig, { autoOffsetReset: 'earliest' })
  await rig.clock.until(() => reading.count === 10)
  partition.append(Array.from({ length: 20 }, () => ({ value: kilobyte })))
  assert.equal([partition.logStartOffset, partition.logEndOffset], [30n, 30n])
  await rig.clock.advance(300_000)
  assert.equal(
    reading.of('offset-reset').map(({ from, to }) => [from, to]),
    [[10n, 'earliest']],
  )
  assert.equal([reading.consumer.position(at), reading.consumer.lag(at)], [30n, 0n])
  assert.equal(reading.of('stalled'), [])
  partition.append([{ value: 'next' }])
  await rig.clock.until(() => reading.count === 11, 1000)
  await rig.close()
})

test('what was fetched before retention took it is delivered still, and is where the reader is', async () => {
  const rig = await BrokerRig.start({ retentionBytes: 10_000 })
  const partition = rig.kafka.partition('orders')
  partition.append(numbered(10).map(value => ({ value })))
  const reading = new Reading(rig, { ack: 'manual', maxBatchMessages: 5, each: () => undefined })
  await rig.clock.until(() => reading.count === 5)
  partition.append(Array.from({ length: 20 }, () => ({ value: kilobyte })))
  await rig.clock.advance(5000)
  assert.is(reading.consumer.position(at), 5n)
  reading.batches[0]!.ack()
  await rig.clock.until(() => reading.count === 10)
  assert.equal(reading.values, numbered(10))
  await rig.close()
})

test('where a reset goes is the position; what is read from there is no lag, no stall, and stored', async () => {
  const served = await ServedLog.start()
  served.append(numbered(10))
  const reading = new Reading(served, { groupId: 'billing', ack: 'manual', autoOffsetReset: 'latest' })
  await served.clock.until(() => reading.count === 10)
  reading.consumer.pause(at)
  await served.clock.advance(3000)
  served.append(numbered(90, 10))
  served.append(numbered(10, 100))
  served.truncateBefore(100n)
  reading.consumer.resume(at)
  await served.clock.advance(300_000)
  assert.is(reading.of('offset-reset').length, 1)
  assert.equal([reading.consumer.position(at), reading.consumer.lag(at)], [110n, 0n])
  assert.equal(reading.of('stalled'), [])
  assert.is(served.committed.get(0), 110n)
})

test.run()
