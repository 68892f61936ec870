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
} from '../../src/broker'
import { Apis } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

const fault = suite('a fault')
let rig: BrokerRig

fault.before.each(async () => {
  rig = await BrokerRig.start({ topics: { orders: { partitions: 2 }, other: {} } })
})
fault.after.each(() => rig.close())

fault('drops the answer of a request that was carried out; other connections are served', async () => {
  rig.kafka.faults.once(Apis.Produce, dropAnswer())
  const client = rig.client({ requestTimeoutMs: 1000 })
  const [answer] = await rig.done(rig.produce('a', { client }))
  assert.match(answer!.error!.message, 'no answer')
  assert.equal(rig.values(), ['a'])
  const [again] = await rig.done(rig.produce('b'))
  assert.equal([again!.error, again!.offset], [null, 1n])
})

fault('delays an answer, or the request before it is carried out', async () => {
  const client = rig.client()
  await rig.done(client.loadMetadataForTopics('orders'))
  const took = async (): Promise<number> => {
    const started = rig.clock.now()
    await rig.done(rig.produce('x', { client }))
    return rig.clock.now() - started
  }
  await took()
  assert.is(await took(), 0)
  rig.kafka.faults.once(Apis.Produce, delayAnswer(300))
  assert.is(await took(), 300)
  rig.kafka.faults.once(Apis.Produce, delayRequest(400))
  const slow = rig.produce('late', { client })
  slow.subscribe()
  await rig.clock.advance(399)
  assert.not.ok(rig.values().includes('late'))
  await rig.done(slow)
  assert.ok(rig.values().includes('late'))
})

fault('answers with an error code in every partition, and nothing is written', async () => {
  rig.kafka.faults.once(Apis.Produce, answerWith('CORRUPT_MESSAGE'))
  const [answer] = await rig.done(rig.produce('a', { timeoutMs: 50 }))
  assert.is(answer!.error?.name, 'BrokerError')
  assert.match(answer!.error!.message, 'CORRUPT_MESSAGE')
  assert.equal(rig.values(), [])
})

fault('answers with an error code in one partition, and serves the others', async () => {
  rig.kafka.faults.on(Apis.Produce, answerWith('INVALID_RECORD', { topic: 'orders', partition: 1 }))
  const client = rig.client()
  const messages = [{ value: 'a' }]
  const answers = await rig.done(
    client.sendProduceRequest(
      [
        { topic: 'orders', partition: 0, messages },
        { topic: 'orders', partition: 1, messages },
        { topic: 'other', partition: 0, messages },
      ],
      { failOnError: false },
    ),
  )
  assert.equal(
    answers.map(({ error }) => /INVALID_RECORD/.test(error?.message ?? '')),
    [false, true, false],
  )
  assert.equal([rig.values('orders', 0), rig.values('orders', 1), rig.values('other')], [['a'], [], ['a']])
})

fault('lets a request fail that was carried out', async () => {
  rig.kafka.faults.once(Apis.Produce, failAfterwards('REQUEST_TIMED_OUT'))
  const [answer] = await rig.done(rig.produce('a'))
  assert.match(answer!.error!.message, 'REQUEST_TIMED_OUT')
  assert.equal(rig.values(), ['a'])
})

fault('carries a request out twice', async () => {
  rig.kafka.faults.once(Apis.Produce, duplicate())
  const [answer] = await rig.done(rig.produce('a'))
  assert.is(answer!.offset, 1n)
  assert.equal(
    rig.kafka.messages('orders', 0).map(({ offset, value }) => [offset, String(value)]),
    [
      [0n, 'a'],
      [1n, 'a'],
    ],
  )
})

fault('closes the connection before or after the request is carried out, and says so', async () => {
  rig.kafka.faults.once(Apis.Produce, closeConnection())
  const [before] = await rig.done(rig.produce('a'))
  assert.ok(before!.error)
  assert.equal(rig.values(), [])
  rig.kafka.faults.once(Apis.Produce, closeConnection('after'))
  const [after] = await rig.done(rig.produce('b'))
  assert.ok(after!.error)
  assert.equal(rig.values(), ['b'])
  const reasons = rig.events.flatMap(event => (event.type === 'connection-closed' ? [event.reason] : []))
  assert.equal(reasons, [
    'by a fault, before Produce v12 was carried out',
    'by a fault, after Produce v12 was carried out',
  ])
})

fault('cuts an answer in its middle, or after so many bytes', async () => {
  for (const bytes of [undefined, 0, 3, 11]) {
    rig.kafka.faults.once(Apis.Produce, cutAnswer(bytes))
    const [answer] = await rig.done(rig.produce('a'))
    assert.ok(answer!.error, `cut after ${bytes}`)
  }
  assert.is(rig.values().length, 4)
})

fault('throttles: the client is told, and not served before', async () => {
  const client = rig.client()
  const events: number[] = []
  client.events$.subscribe(event => {
    if (event.type === 'throttled') events.push(event.ms)
  })
  rig.kafka.faults.once(Apis.Produce, throttle(2000))
  await rig.done(rig.produce('a', { client }))
  const started = rig.clock.now()
  await rig.done(rig.produce('b', { client }))
  assert.equal(events, [2000])
  assert.is(rig.clock.now() - started, 2000)
})

fault('strikes so many times, by predicate, until it is removed', async () => {
  const client = rig.client()
  const error = answerWith('INVALID_RECORD')
  const twice = rig.kafka.faults.on(Apis.Produce, error, { times: 2 })
  const fails = async (topic = 'orders'): Promise<boolean> =>
    (await rig.done(rig.produce('x', { client, topic })))[0]!.error !== null
  assert.equal([await fails(), await fails(), await fails()], [true, true, false])
  assert.is(twice.hits, 2)

  const chosen = rig.kafka.faults.on(Apis.Produce, error, {
    when: ({ body }) => body.topicData.some(({ name }) => name === 'other'),
  })
  assert.equal([await fails('orders'), await fails('other')], [false, true])
  chosen.remove()
  assert.is(await fails('other'), false)
})

fault('strikes at one broker and no other', async () => {
  const own = await BrokerRig.start({ brokers: 2, topics: { orders: { partitions: 2 } } })
  const leaders = [0, 1].map(index => own.kafka.partition('orders', index).leader)
  const { faults } = own.kafka
  const set = faults.on(Apis.Produce, answerWith('INVALID_RECORD'), { broker: leaders[1]! })
  const client = own.client()
  const errors: boolean[] = []
  for (const partition of [0, 1])
    errors.push((await own.done(own.produce('x', { client, partition })))[0]!.error !== null)
  assert.equal([errors, set.hits], [[false, true], 1])
  await own.close()
})

fault('strikes by chance, the same way for the same seed', async () => {
  const run = async (): Promise<readonly boolean[]> => {
    const own = await BrokerRig.start()
    own.kafka.faults.on(Apis.Produce, answerWith('INVALID_RECORD'), { probability: 0.5 })
    const client = own.client()
    const outcomes: boolean[] = []
    for (let i = 0; i < 20; i++)
      outcomes.push((await own.done(own.produce('x', { client })))[0]!.error === null)
    await own.close()
    return outcomes
  }
  const first = await run()
  assert.equal(await run(), first)
  assert.equal(new Set(first).size, 2)
})

fault('that waits ends with its broker: what was not carried out never is', async () => {
  rig.kafka.faults.once(Apis.Produce, delayRequest(500))
  const ghost = rig.produce('ghost')
  ghost.subscribe()
  await rig.clock.advance(200)
  await rig.kafka.broker(1).kill()
  await rig.done(rig.kafka.broker(1).start())
  await rig.done(ghost)
  assert.equal(rig.values(), [])
})

fault('of a request with acks 0 closes the connection, since nobody waits for an answer', async () => {
  rig.kafka.faults.once(Apis.Produce, answerWith('INVALID_RECORD'))
  const client = rig.client()
  await rig.done(
    client.sendProduceRequest([{ topic: 'orders', partition: 0, messages: [{ value: 'a' }] }], {
      acks: 'none',
    }),
  )
  await rig.clock.advance(10)
  const reasons = rig.events.flatMap(event => (event.type === 'connection-closed' ? [event.reason] : []))
  assert.equal(reasons, ['Produce with acks 0 failed with error code 87'])
})

fault.run()
