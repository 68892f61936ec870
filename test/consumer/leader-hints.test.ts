import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { delayRequest } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { Reading } from './reading'

test('the leader that a Fetch answer names is asked at once, without a question for metadata (KIP-951)', async () => {
  const rig = await BrokerRig.start({ brokers: 3, topics: { orders: { replicationFactor: 3 } } })
  const { kafka, clock } = rig
  const partition = kafka.partition('orders')
  partition.append([{ value: 'first' }])
  const reading = new Reading(rig)
  await clock.until(() => reading.count === 1)
  const old = partition.leader
  kafka.faults.once(Apis.Fetch, delayRequest(100), { broker: old })
  await clock.advance(50)
  kafka.requests.clear()
  partition.moveLeader()
  partition.append([{ value: 'second' }])
  const moved = clock.now()
  await clock.until(() => reading.count === 2)
  assert.ok(clock.now() - moved <= 60, `${clock.now() - moved} ms`)
  assert.equal(kafka.requests.of(Apis.Metadata), [])
  assert.ok(kafka.requests.of(Apis.Fetch).every(({ broker }) => broker !== old))
  assert.is(kafka.requests.of(Apis.OffsetForLeaderEpoch).length, 1)
  await rig.close()
})

test.run()
