import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TimeoutError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { throttleTimeOf } from '../../src/network/throttle'
import { ConnectionRig } from '../support/connection-rig'

const { Fetch, Heartbeat, Metadata } = Apis
const noTopics = { brokers: [], topics: [] }
const metadata = { api: Metadata, version: 9, body: { topics: null } } as const
const heartbeat = {
  api: Heartbeat,
  version: 2,
  body: { groupId: 'g', generationId: 1, memberId: 'm' },
} as const

test('nothing is written while a throttle time lasts, and everything after it', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, { ...noTopics, throttleTimeMs: 5000 }).answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady()
  const first = rig.ask(connection, metadata)
  await rig.settle(first)
  const throttledAt = rig.clock.monotonic()
  assert.equal(rig.throttled, [5000])
  const second = rig.ask(connection, heartbeat)
  await rig.clock.advance(2000)
  const third = rig.ask(connection, heartbeat)
  await rig.settle(second, third)
  assert.equal(
    rig.peer.of(Heartbeat).map(({ at }) => at - throttledAt),
    [5000, 5000],
  )
})

test('what was queued in the turn of the throttling answer waits too', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, { ...noTopics, throttleTimeMs: 5000 }).answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady()
  let isAsked = false
  connection.exchange({
    ...metadata,
    done: () => {
      rig.ask(connection, heartbeat)
      isAsked = true
    },
  })
  await rig.clock.until(() => isAsked)
  await rig.clock.advance(4999)
  assert.is(rig.peer.of(Heartbeat).length, 0)
  await rig.clock.advance(1)
  assert.is(rig.peer.of(Heartbeat).length, 1)
})

test('what was about to be written when the throttling answer came waits too', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, { ...noTopics, throttleTimeMs: 5000 }).answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady()
  rig.network.delay(10)
  const first = rig.ask(connection, metadata)
  // In the same turn as the answer, and just before it.
  rig.clock.after(20, () => rig.ask(connection, heartbeat))
  await rig.settle(first)
  await rig.clock.advance(5009)
  assert.is(rig.peer.of(Heartbeat).length, 0)
  await rig.clock.advance(1)
  assert.is(rig.peer.of(Heartbeat).length, 1)
})

test('a cancelled request throttles all the same', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.on(Metadata, (_, reply) => reply.after(100, { ...noTopics, throttleTimeMs: 5000 }))
  const connection = await rig.connectReady()
  const first = rig.ask(connection, metadata)
  await rig.clock.advance(1)
  assert.is(first.exchange.cancel(), 'sent')
  await rig.clock.advance(100)
  assert.equal(rig.throttled, [5000])
  assert.is(first.isDone, false)
})

test('a shorter throttle time does not end a longer one', async () => {
  const rig = await ConnectionRig.start()
  const times = [5000, 1000]
  rig.peer.on(Metadata, (_, reply) => reply({ ...noTopics, throttleTimeMs: times.shift() ?? 0 }))
  rig.peer.answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady()
  const started = rig.clock.monotonic()
  await rig.settle(rig.ask(connection, metadata), rig.ask(connection, metadata))
  await rig.settle(rig.ask(connection, heartbeat))
  assert.is(rig.clock.monotonic() - started, 5000)
})

test('timeouts of what is in flight do not run meanwhile', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, { ...noTopics, throttleTimeMs: 5000 })
  rig.peer.on(Heartbeat, (_, reply) => reply.after(5500, { errorCode: 0 }))
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  const first = rig.ask(connection, metadata)
  const behind = rig.ask(connection, heartbeat)
  await rig.settle(first, behind)
  assert.is(behind.error, undefined)
})

test('timeouts run on when it is over', async () => {
  const rig = await ConnectionRig.start()
  rig.peer.answer(Metadata, { ...noTopics, throttleTimeMs: 5000 }).ignore(Heartbeat)
  const connection = await rig.connectReady({ requestTimeoutMs: 1000 })
  const started = rig.clock.monotonic()
  const first = rig.ask(connection, metadata)
  const behind = rig.ask(connection, heartbeat)
  await rig.settle(first, behind)
  assert.instance(behind.error, TimeoutError)
  assert.is(rig.clock.monotonic() - started, 6000)
})

test('a second throttle time within the first counts from its own answer', async () => {
  const rig = await ConnectionRig.start()
  let answers = 0
  rig.peer.on(Metadata, (_, reply) =>
    answers++ === 0
      ? reply({ ...noTopics, throttleTimeMs: 2000 })
      : reply.after(1000, { ...noTopics, throttleTimeMs: 3000 }),
  )
  rig.peer.answer(Heartbeat, { errorCode: 0 })
  const connection = await rig.connectReady()
  const started = rig.clock.monotonic()
  await rig.settle(rig.ask(connection, metadata), rig.ask(connection, metadata))
  const last = rig.ask(connection, heartbeat)
  await rig.settle(last)
  assert.is(rig.clock.monotonic() - started, 4000)
})

test('a broker from before KIP-219 has waited itself, so its throttle time is not waited for again', () => {
  const throttled = { throttleTimeMs: 100 }
  assert.is(throttleTimeOf(Fetch, 7, throttled), 0)
  assert.is(throttleTimeOf(Fetch, 8, throttled), 100)
  assert.is(throttleTimeOf(Apis.ConsumerGroupHeartbeat, 0, throttled), 100)
  assert.is(throttleTimeOf(Fetch, 8, {}), 0)
})

test.run()
