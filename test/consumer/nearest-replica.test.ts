import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMessage, type ClientOptions } from '../../src'
import { answerWith } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { numbered, Reading } from './reading'

const nearest = suite('the nearest replica')
let rig: BrokerRig

const selector = { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' }

/** Three brokers in racks a, b and c; the one in a leads. */
nearest.before.each(async () => {
  rig = await BrokerRig.start({ brokers: 3, racks: ['a', 'b', 'c'], config: selector, topics: {} })
  await rig.done(rig.kafka.createTopic('orders', { replicationFactor: 3 }))
  const partition = rig.kafka.partition('orders')
  if (partition.leader !== 1) partition.moveLeader(1)
  await rig.clock.advance(100)
})
nearest.after.each(() => rig.close())

function append(values: readonly string[]): void {
  rig.kafka.partition('orders').append(values.map(value => createMessage(value)))
}

const asked = () => rig.kafka.requests.of(Apis.Fetch).map(({ broker }) => broker)

async function readingFrom(clientRack: string, options: ClientOptions = {}): Promise<Reading> {
  append(numbered(10))
  const reading = new Reading(rig, {
    client: rig.client({ clientRack, ...options }),
    autoOffsetReset: 'none',
  })
  await rig.clock.until(() => reading.count === 10)
  return reading
}

/** Ten more, and then what is asked next. */
async function goesOn(reading: Reading): Promise<void> {
  const { count } = reading
  append(numbered(10, count))
  await rig.clock.until(() => reading.count === count + 10, 10_000)
  rig.kafka.requests.clear()
  await rig.clock.advance(2000)
  assert.equal(reading.values, numbered(count + 10))
}

nearest('is read from once the leader has named it; the leader is not asked any more', async () => {
  const reading = await readingFrom('b')
  assert.equal(asked().slice(0, 2), [1, 2])
  await goesOn(reading)
  assert.ok(asked().length > 0 && asked().every(broker => broker === 2))
  const [fetch] = rig.kafka.requests.of(Apis.Fetch)
  assert.is(fetch!.body.rackId, 'b')
})

nearest('is the leader for a client in its rack, in none, or in one of nobody', async () => {
  await readingFrom('a')
  await readingFrom('nowhere').catch(() => undefined)

  assert.ok(asked().length > 0 && asked().every(broker => broker === 1))
})

nearest('is forgotten when it lags behind: what is out of its range is no reset', async () => {
  const reading = await readingFrom('b')
  rig.kafka.faults.once(Apis.Fetch, answerWith('OFFSET_OUT_OF_RANGE', { topic: 'orders' }), { broker: 2 })
  await rig.clock.advance(1000)
  await goesOn(reading)
  assert.ok(asked().length > 0 && asked().every(broker => broker === 1))
  assert.is(reading.error, undefined)
  assert.equal(reading.of('offset-reset'), [])
  await rig.clock.advance(31_000)
  await goesOn(reading)
  assert.ok(asked().length > 0 && asked().every(broker => broker === 2))
})

nearest('is left when it dies: the leader is read from within seconds', async () => {
  const reading = await readingFrom('b')
  await rig.done(rig.kafka.broker(2).kill())
  await goesOn(reading)
  assert.is(reading.error, undefined)
})

nearest('is asked about anew when metadata is as old as it may be', async () => {
  const reading = await readingFrom('b', { metadataMaxAgeMs: 5000 })
  rig.kafka.requests.clear()
  await rig.clock.advance(6000)
  assert.is(asked().filter(broker => broker === 1).length, 1)
  await goesOn(reading)
  assert.ok(asked().length > 0 && asked().every(broker => broker === 2))
})

nearest('is read from while leaders change', async () => {
  const reading = await readingFrom('c')
  rig.kafka.partition('orders').moveLeader(2)
  await goesOn(reading)
  await goesOn(reading)
  assert.ok(asked().length > 0 && asked().every(broker => broker === 3))
})

nearest.run()
