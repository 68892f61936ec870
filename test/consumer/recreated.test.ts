import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMessage, TopicRecreatedError, type ConsumerOptions } from '../../src'
import { answerWith, delayAnswer } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'
import { numbered, Reading } from './reading'

const recreated = suite('a topic created anew')
let rig: BrokerRig

recreated.before.each(async () => {
  rig = await BrokerRig.start({ config: { 'auto.create.topics.enable': false } })
})
recreated.after.each(() => rig.close())

function append(values: readonly string[]): void {
  rig.kafka.partition('orders').append(values.map(value => createMessage(value)))
}

/** A reader of ten messages. */
async function tenRead(options: ConsumerOptions = {}): Promise<Reading> {
  append(numbered(10))
  const reading = new Reading(rig, options)
  await rig.clock.until(() => reading.count === 10)
  return reading
}

async function createAnew(): Promise<void> {
  await rig.done(rig.kafka.deleteTopic('orders'))
  await rig.done(rig.kafka.createTopic('orders'))
}

recreated('a topic is fetched by its id, on brokers that know ids', async () => {
  await tenRead()
  const [fetch] = rig.kafka.requests.of(Apis.Fetch)
  assert.is(fetch!.version, 18)
  assert.equal(fetch!.topics, ['orders'])
})

recreated('a topic that is deleted is waited for, as events say', async () => {
  const reading = await tenRead()
  await rig.done(rig.kafka.deleteTopic('orders'))
  await rig.clock.advance(120_000)
  assert.is(reading.error, undefined)
  const waiting = reading.of('waiting-for-topic')
  assert.ok(waiting.length > 0 && waiting.every(({ topic }) => topic === 'orders'))
  assert.equal(reading.of('topic-recreated'), [])
})

recreated('is read from its earliest message on, never at an offset of the old one', async () => {
  const reading = await tenRead({ autoOffsetReset: 'earliest' })
  await createAnew()
  append(numbered(30, 100))
  await rig.clock.until(() => reading.count === 40)
  assert.equal(reading.values, [...numbered(10), ...numbered(30, 100)])
  assert.equal(reading.of('topic-recreated'), [
    { type: 'topic-recreated', at: { topic: 'orders', partition: 0 }, from: 10n, to: 'earliest' },
  ])
  assert.equal(reading.of('offset-reset'), [])
})

recreated('is read from its end on with "latest"', async () => {
  const reading = await tenRead()
  await rig.done(rig.kafka.deleteTopic('orders'))
  await rig.done(rig.kafka.createTopic('orders'))
  append(numbered(30, 100))
  await rig.clock.until(() => reading.of('topic-recreated').length > 0)
  await rig.clock.advance(1000)
  append(['new'])
  await rig.clock.until(() => reading.count === 11)
  assert.equal(reading.values.at(-1), 'new')
})

recreated('is an error without a reset policy', async () => {
  const reading = await tenRead({ autoOffsetReset: 'none' })
  await createAnew()
  await rig.clock.until(() => reading.error !== undefined)
  assert.instance(reading.error, TopicRecreatedError)
  assert.match((reading.error as Error).message, 'orders/0: the topic was deleted and created anew')
})

recreated('gets no commit of what was read of the old one', async () => {
  append(numbered(10))
  const reading = new Reading(rig, {
    groupId: 'billing',
    autoOffsetReset: 'earliest',
    maxBatchMessages: 5,
    maxInFlightBatches: 3,
    each: () => undefined,
  })
  await rig.clock.until(() => reading.count === 10)
  const [first, second] = reading.batches
  await createAnew()
  append(['new'])
  await rig.clock.until(() => reading.count === 11)
  await rig.done(first!.commit().start())
  assert.is(rig.kafka.committed('billing', 'orders') ?? 0n, 0n)
  second!.ack()
  await rig.done(reading.batches[2]!.commit())
  assert.is(rig.kafka.committed('billing', 'orders'), 1n)
})

recreated('gets no commit of what was acked of the old one, though nothing is known of it yet', async () => {
  const reading = await tenRead({ groupId: 'billing', autoOffsetReset: 'earliest' })
  rig.kafka.faults.on(Apis.ListOffsets, answerWith('LEADER_NOT_AVAILABLE'))
  await createAnew()
  await rig.clock.until(() => reading.of('topic-recreated').length > 0)
  await rig.done(reading.consumer.stop())
  assert.is(rig.kafka.committed('billing', 'orders'), undefined)
})

recreated('is not measured by what a leader of the old one says late', async () => {
  append(numbered(10))
  const client = rig.client()
  const reading = new Reading(rig, { client, autoOffsetReset: 'earliest' })
  await rig.clock.until(() => reading.count === 10)
  rig.kafka.faults.once(Apis.OffsetForLeaderEpoch, delayAnswer(2000))
  rig.kafka.partition('orders').truncateTo(5)
  await rig.clock.until(() => rig.kafka.requests.of(Apis.OffsetForLeaderEpoch).length > 0)
  await createAnew()
  append(numbered(10, 100))
  client.loadMetadataForTopics('orders').start()
  await rig.clock.advance(5000)
  assert.equal(reading.values, [...numbered(10), ...numbered(10, 100)])
  assert.equal(reading.of('truncated'), [])
})

for (const error of ['UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID', 'UNKNOWN_TOPIC_OR_PARTITION'] as const) {
  recreated(`${error} alone moves no position: metadata is asked for`, async () => {
    const reading = await tenRead({ autoOffsetReset: 'earliest' })
    rig.kafka.faults.on(Apis.Fetch, answerWith(error, { topic: 'orders' }), { times: 3 })
    const before = rig.kafka.requests.of(Apis.Metadata).length
    await rig.clock.advance(3000)
    assert.ok(rig.kafka.requests.of(Apis.Metadata).length > before)
    append(['new'])
    await rig.clock.until(() => reading.count === 11)
    assert.equal(reading.values, [...numbered(10), 'new'])
    assert.ok(reading.of('retry').length > 0)
  })
}

recreated(
  'a commit of what was read of the old one ends, and stores nothing, as an event tells',
  async () => {
    append(numbered(30))
    const reading = new Reading(rig, {
      groupId: 'billing',
      autoOffsetReset: 'earliest',
      maxBatchMessages: 10,
      maxInFlightBatches: 3,
      each: () => undefined,
    })
    await rig.clock.until(() => reading.count === 30)
    const [first, , third] = reading.batches
    let isOver = false
    third!.commit().subscribe({ complete: () => (isOver = true), error: assert.unreachable })
    await createAnew()
    append(numbered(10, 100))
    await rig.clock.until(() => reading.of('topic-recreated').length > 0)
    assert.ok(isOver)
    await rig.done(first!.commit())
    assert.equal(
      reading.of('stale-ack').map(({ nextOffset }) => nextOffset),
      [30n, 10n],
    )
    assert.is(rig.kafka.committed('billing', 'orders', 0), undefined)
    await rig.clock.until(() => reading.count === 40)
    await rig.done(reading.batches.at(-1)!.commit())
    assert.is(rig.kafka.committed('billing', 'orders', 0), 10n)
  },
)

recreated.run()
