import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  answerWith,
  closeConnection,
  cutAnswer,
  delayAnswer,
  delayRequest,
  dropAnswer,
  duplicate,
  failAfterwards,
  throttle,
  type Fault,
} from '../../src/broker'
import {
  BrokerError,
  BufferFullError,
  ClosedError,
  DeliveryError,
  OtherMessageError,
  TimeoutError,
} from '../../src/kernel'
import type { ProducerEvent } from '../../src/producer'
import { Apis } from '../../src/protocol'
import { ChaosRig } from '../support/chaos'

const { Produce } = Apis
const three = { brokers: 3, topics: { orders: { partitions: 3 } } }

const doubles = suite('what may have been written')

const doubtful: readonly [string, () => Fault][] = [
  ['an answer that never comes', dropAnswer],
  ['a request that is carried out twice', duplicate],
  ['a connection that closes before the request is carried out', () => closeConnection('before')],
  ['a connection that closes after it', () => closeConnection('after')],
  ['half an answer', cutAnswer],
  ['an answer later than the request timeout', () => delayAnswer(3000)],
  ['a request carried out later than its timeout', () => delayRequest(3000)],
  ['REQUEST_TIMED_OUT after the write', () => failAfterwards('REQUEST_TIMED_OUT')],
  ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', () => failAfterwards('NOT_ENOUGH_REPLICAS_AFTER_APPEND')],
  ['DUPLICATE_SEQUENCE_NUMBER after the write', () => failAfterwards('DUPLICATE_SEQUENCE_NUMBER')],
]

for (const [what, fault] of doubtful)
  for (const struck of [0, 2, 4])
    doubles(`is there once and in order after ${what}, request ${struck} of five in flight`, async () => {
      const rig = await ChaosRig.start({ client: { requestTimeoutMs: 1000 }, latencyMs: 10 })
      await rig.outcomeOf(rig.send())
      let index = -1
      rig.kafka.faults.once(Produce, fault(), { when: () => ++index === struck })
      const sent = await rig.sendApart(8)
      await rig.outcomeOf(Promise.all(sent))
      const { delivered, calls } = await rig.end()
      assert.equal([delivered, calls], [9, 9])
      assert.is(index >= struck, true)
    })

doubles(
  'and is out of time fails as maybe written, what was not sent as unwritten, and the next goes on',
  async () => {
    const rig = await ChaosRig.start({ producer: { deliveryTimeoutMs: 2000 }, latencyMs: 10 })
    await rig.outcomeOf(rig.send())
    rig.kafka.faults.once(Produce, delayAnswer(5000))
    const sent = await rig.sendApart(8)
    for (const delivery of sent) assert.instance(await rig.failureOf(delivery), DeliveryError)
    await rig.clock.advance(5000)
    await rig.outcomeOf(rig.send())
    const { delivered, unknown, unwritten } = await rig.end()
    assert.equal([delivered, unknown, unwritten], [2, 5, 3])
  },
)

doubles.run()

const gaps = suite('what is out of order')

/** So many batches are written, and none of their answers arrives. */
async function writtenUnheard(rig: ChaosRig, count: number) {
  await rig.outcomeOf(rig.send())
  rig.kafka.faults.on(Produce, dropAnswer(), { times: count })
  const end = rig.kafka.partition('orders', 0).logEndOffset + BigInt(count)
  const sent = await rig.sendApart(count)
  await rig.clock.advance(100)
  assert.is(rig.kafka.partition('orders', 0).logEndOffset, end)
  return sent
}

const heard = (rig: ChaosRig, type: ProducerEvent['type']): ProducerEvent[] => {
  const events: ProducerEvent[] = []
  rig.producer.events$.subscribe({ next: event => event.type === type && events.push(event) })
  return events
}

for (const count of [1, 2, 5])
  gaps(
    `for a leader that remembers only the last of ${count} batches is in the log, and delivered`,
    async () => {
      const rig = await ChaosRig.start({ client: { requestTimeoutMs: 1000 } })
      const epochs = heard(rig, 'producer-id')
      const sent = await writtenUnheard(rig, count)
      rig.kafka.partition('orders', 0).forgetBatches()
      const receipts = await rig.outcomeOf(Promise.all(sent))
      const offsets = receipts.map(({ offset }) => offset)
      assert.equal(offsets, [...Array<bigint>(count - 1).fill(-1n), BigInt(count)])
      await rig.outcomeOf(rig.send())
      assert.is((await rig.end()).delivered, count + 2)
      assert.is(epochs.length, 1)
    },
  )

gaps('since what precedes it was lost is sent again, once, under the next epoch', async () => {
  const rig = await ChaosRig.start({ client: { requestTimeoutMs: 1000 } })
  const losses = heard(rig, 'sequence-lost')
  await rig.outcomeOf(rig.send())
  const sent = await writtenUnheard(rig, 5)
  rig.kafka.partition('orders', 0).truncateTo(1)
  await rig.outcomeOf(Promise.all(sent))
  const { batches } = rig.kafka.partition('orders', 0)
  assert.equal(
    batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence]),
    [[0, 0], ...[0, 1, 2, 3, 4].map(sequence => [1, sequence])],
  )
  assert.is(losses.length, 1)
  const { delivered, doubled } = await rig.end({ lost: true, misplaced: true })
  assert.equal([delivered, doubled.count], [7, 0])
})

gaps.run()

const moves = suite('a leader that moves')

moves('while batches are in flight keeps the order, though brokers hear of it late', async () => {
  const rig = await ChaosRig.start({ kafka: { ...three, metadataLagMs: 100 }, latencyMs: 7 })
  const sent = []
  for (let round = 0; round < 20; round++) {
    sent.push(...(await rig.sendApart(6)))
    rig.kafka.partition('orders', 0).moveLeader()
  }
  await rig.outcomeOf(Promise.all(sent))
  assert.is((await rig.end()).delivered, 120)
})

moves('because its broker is killed loses and doubles nothing', async () => {
  const rig = await ChaosRig.start({ kafka: three, latencyMs: 7 })
  const sent = []
  for (let round = 0; round < 12; round++) {
    for (const partition of [0, 1, 2]) sent.push(...(await rig.sendApart(4, partition)))
    const broker = rig.kafka.broker(1 + (round % 3))
    if (broker.isUp) await rig.outcomeOf(broker.kill())
    else await rig.outcomeOf(broker.start())
    await rig.clock.advance(200)
    for (const id of [1, 2, 3]) if (id !== broker.id) await rig.outcomeOf(rig.kafka.broker(id).start())
  }
  for (const id of [1, 2, 3]) await rig.outcomeOf(rig.kafka.broker(id).start())
  await rig.outcomeOf(Promise.all(sent))
  assert.is((await rig.end()).delivered, 144)
})

moves.run()

const cascade = suite('a batch that fails')

cascade('for its size fails alone: those behind it and other partitions are delivered', async () => {
  const rig = await ChaosRig.start({ kafka: three, latencyMs: 10 })
  await rig.outcomeOf(Promise.all([rig.send(0), rig.send(1)]))
  await rig.limit(500)
  const before = await rig.sendApart(2)
  const large = rig.send(0, { bytes: 2000 })
  await rig.clock.advance(1)
  const behind = await rig.sendApart(3)
  const error = (await rig.failureOf(large)) as DeliveryError
  assert.is((error.cause as BrokerError).reason, 'MESSAGE_TOO_LARGE')
  await rig.outcomeOf(Promise.all([...before, ...behind, rig.send(1), rig.send(2)]))
  const { delivered, unwritten } = await rig.end()
  assert.equal([delivered, unwritten], [9, 1])
})

cascade('behind others in flight for its size is split between calls, and keeps its place', async () => {
  const rig = await ChaosRig.start({ latencyMs: 10 })
  await rig.outcomeOf(rig.send())
  await rig.limit(400)
  const flying = await rig.sendApart(2)
  const large = Array.from({ length: 12 }, () => rig.send(0, { bytes: 100 }))
  await rig.clock.advance(1)
  const behind = await rig.sendApart(3)
  await rig.outcomeOf(Promise.all([...flying, ...large, ...behind]))
  assert.is((await rig.end()).delivered, 18)
})

cascade('for lack of time takes those behind it along, and no other partition', async () => {
  const rig = await ChaosRig.start({ kafka: three, producer: { deliveryTimeoutMs: 2000 } })
  await rig.outcomeOf(Promise.all([rig.send(0), rig.send(1), rig.send(2)]))
  rig.kafka.faults.on(Produce, answerWith('NOT_ENOUGH_REPLICAS', { topic: 'orders', partition: 1 }))
  const stuck = await rig.sendApart(4, 1)
  const others = [...(await rig.sendApart(4, 0)), ...(await rig.sendApart(4, 2))]
  await rig.outcomeOf(Promise.all(others))
  for (const delivery of stuck) {
    const error = (await rig.failureOf(delivery)) as DeliveryError
    assert.is(error.maybeWritten, false)
    const { cause } = error
    assert.instance(cause instanceof OtherMessageError ? cause.cause : cause, TimeoutError)
  }
  rig.kafka.faults.clear()
  await rig.outcomeOf(rig.send(1))
  assert.is((await rig.end()).delivered, 12)
})

cascade.run()

const full = suite('a producer')

full('with a full buffer refuses at once, and every call ends once', async () => {
  const rig = await ChaosRig.start({ producer: { maxBufferedBytes: 20_000 } })
  const sent = Array.from({ length: 60 }, () => rig.send(0, { bytes: 1000 }))
  const ended = await rig.outcomeOf(Promise.allSettled(sent))
  const refused = ended.filter(one => one.status === 'rejected')
  for (const { reason } of refused) assert.instance(reason, BufferFullError)
  await rig.outcomeOf(rig.producer.ready())
  await rig.outcomeOf(rig.send(0, { bytes: 1000 }))
  const { delivered, unwritten } = await rig.end()
  assert.ok(delivered > 5 && unwritten > 5)
})

full('flushes what was sent before, while more is sent', async () => {
  const rig = await ChaosRig.start({ producer: { bufferTime: 60_000 }, latencyMs: 10 })
  for (let round = 0; round < 10; round++) {
    rig.send()
    const mark = rig.ledger.mark()
    const flushed = rig.producer.flush()
    rig.send()
    await rig.outcomeOf(flushed)
    assert.ok(rig.ledger.hasEnded(mark))
  }
  assert.is((await rig.end()).delivered, 20)
})

full('that is closed with unsent messages ends every one, once', async () => {
  const rig = await ChaosRig.start({ latencyMs: 10 })
  await rig.outcomeOf(rig.send())
  await rig.sendApart(3)
  await rig.kafka.broker(1).pause()
  await rig.sendApart(12)
  await rig.outcomeOf(rig.producer.close({ timeoutMs: 1000 }))
  assert.is(rig.ledger.unended, 0)
  assert.instance(await rig.failureOf(rig.send()), ClosedError)
  await rig.kafka.broker(1).resume()
  const { calls, unknown, unwritten } = await rig.end()
  assert.is(calls, 17)
  assert.ok(unknown > 0 && unwritten > 0)
})

full('that sends from each outcome the next 20,000 messages neither stalls nor grows its stack', async () => {
  const rig = await ChaosRig.start({ latencyMs: 0 })
  let depth = 0
  let deepest = 0
  const next = (left: number): void => {
    depth++
    deepest = Math.max(deepest, depth)
    const delivery = rig.send()
    delivery.subscribe({ next: () => left > 0 && next(left - 1), error: () => undefined })
    depth--
  }
  for (let chain = 0; chain < 100; chain++) next(199)
  await rig.clock.until(() => rig.ledger.unended === 0)
  assert.is(deepest, 1)
  assert.is((await rig.end()).delivered, 20_000)
})

full.run()

const slow = suite('a slow broker')

slow('of 1 KB a second delivers everything, and harms no other', async () => {
  const rig = await ChaosRig.start({ kafka: three })
  const slowOne = rig.kafka.partition('orders', 0).leader
  rig.kafka.broker(slowOne).setPace({ readBytesPerSecond: 1000, writeBytesPerSecond: 1000 })
  const late = Promise.all(await rig.sendApart(30, 0, { bytes: 200 }))
  const since = rig.clock.monotonic()
  await rig.outcomeOf(Promise.all([rig.send(1), rig.send(2)]))
  assert.ok(rig.clock.monotonic() - since < 1000)
  await rig.outcomeOf(late)
  assert.ok(rig.clock.monotonic() - since > 5000)
  assert.is((await rig.end()).delivered, 32)
})

slow('a second away, byte by byte, gets everything once and in order', async () => {
  const rig = await ChaosRig.start({ latencyMs: 1000 })
  rig.network.split(1)
  const sent = await rig.sendApart(10)
  await rig.outcomeOf(Promise.all(sent))
  assert.is((await rig.end()).delivered, 10)
})

slow('that holds clients back is sent no more than it says, and messages end by their own time', async () => {
  const rig = await ChaosRig.start({ producer: { deliveryTimeoutMs: 3000 } })
  await rig.outcomeOf(rig.send())
  rig.kafka.faults.on(Produce, throttle(2000))
  const sent = await rig.sendApart(10)
  const ended = await rig.outcomeOf(Promise.allSettled(sent))
  rig.kafka.faults.clear()
  await rig.clock.advance(10_000)
  await rig.outcomeOf(rig.send())
  assert.ok(ended.some(one => one.status === 'fulfilled') && ended.some(one => one.status === 'rejected'))
  await rig.end()
})

slow('that is slow for one request does not fail those of another one', async () => {
  const rig = await ChaosRig.start({ kafka: three, client: { requestTimeoutMs: 1000 } })
  await rig.outcomeOf(Promise.all([rig.send(0), rig.send(1), rig.send(2)]))
  rig.kafka.faults.once(Produce, delayRequest(5000), { broker: rig.kafka.partition('orders', 0).leader })
  const late = rig.send(0)
  const since = rig.clock.monotonic()
  await rig.outcomeOf(Promise.all([rig.send(1), rig.send(2)]))
  assert.ok(rig.clock.monotonic() - since < 500)
  await rig.outcomeOf(late)
  assert.is((await rig.end()).delivered, 6)
})

slow.run()

const topics = suite('a topic')

topics(
  'that is deleted and created again takes messages, and none is lost or doubled in either',
  async () => {
    const rig = await ChaosRig.start()
    const sent = await rig.sendApart(10)
    await rig.outcomeOf(Promise.all(sent))
    rig.readAll()
    rig.ledger.turn('orders')
    await rig.outcomeOf(rig.kafka.deleteTopic('orders'))
    const between = rig.sendApart(5)
    await rig.clock.advance(3000)
    await rig.outcomeOf(rig.kafka.createTopic('orders'))
    await rig.outcomeOf(Promise.all(await between))
    await rig.outcomeOf(Promise.all(await rig.sendApart(5)))
    assert.is((await rig.end()).delivered, 20)
  },
)

topics('that stays deleted fails its messages as unwritten, with the error of the broker', async () => {
  const rig = await ChaosRig.start({
    kafka: { config: { 'auto.create.topics.enable': false }, topics: { orders: {} } },
    producer: { deliveryTimeoutMs: 5000 },
  })
  await rig.outcomeOf(rig.send())
  rig.readAll()
  rig.ledger.turn('orders')
  await rig.outcomeOf(rig.kafka.deleteTopic('orders'))
  const error = (await rig.failureOf(rig.send())) as DeliveryError
  assert.is(error.maybeWritten, false)
  assert.match(error.message, /UNKNOWN_TOPIC/)
  await rig.end()
})

topics('that is created while messages wait for it gets them, in order', async () => {
  const rig = await ChaosRig.start({ kafka: { config: { 'auto.create.topics.enable': false } } })
  const waiting = rig.sendApart(10, 0, { topic: 'later' })
  await rig.clock.advance(5000)
  await rig.outcomeOf(rig.kafka.createTopic('later'))
  await rig.outcomeOf(Promise.all(await waiting))
  assert.is((await rig.end()).delivered, 10)
})

topics(
  'that is never created fails its messages after maxBlockMs, with the error of the broker',
  async () => {
    const rig = await ChaosRig.start({
      kafka: { config: { 'auto.create.topics.enable': false } },
      producer: { maxBlockMs: 3000 },
    })
    const since = rig.clock.monotonic()
    const error = (await rig.failureOf(rig.send(0, { topic: 'never' }))) as BrokerError
    assert.instance(error, BrokerError)
    assert.is(error.reason, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.ok(rig.clock.monotonic() - since <= 3001)
    await rig.end()
  },
)

topics('that gets more partitions takes messages for them once the metadata is renewed', async () => {
  const rig = await ChaosRig.start({ client: { metadataMaxAgeMs: 5000 } })
  await rig.outcomeOf(rig.send())
  const more = {
    topics: [{ name: 'orders', count: 3, assignments: null }],
    timeoutMs: 1000,
    validateOnly: false,
  }
  await rig.outcomeOf(rig.client.request(Apis.CreatePartitions, more))
  await rig.clock.advance(10_000)
  await rig.outcomeOf(rig.send(0))
  await rig.clock.advance(1000)
  await rig.outcomeOf(Promise.all([rig.send(0), rig.send(1), rig.send(2)]))
  assert.is((await rig.end()).delivered, 5)
})

topics.run()
