import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith, closeConnection, EmbeddedKafka } from '../../src/broker'
import { KafkaClient } from '../../src/client'
import { ArgumentError, TimeoutError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => assert.unreachable('it did not fail') as never,
    (error: Error) => error,
  )

test('a condition is waited for, over TCP and in real time', async () => {
  const kafka = await EmbeddedKafka.start({ topics: { orders: {} } })
  const client = new KafkaClient(kafka.bootstrap)
  let isDone = false
  const waiting = kafka.until(() => kafka.messages('orders').length === 2).then(() => (isDone = true))
  for (const value of ['a', 'b']) {
    assert.not.ok(isDone)
    await client.sendProduceRequest([{ topic: 'orders', partition: 0, messages: [{ value }] }])
  }
  await waiting
  await client.close()
  await kafka.close()
})

test('on a virtual clock time is moved on as far as the condition needs', async () => {
  const rig = await BrokerRig.start()
  const { kafka, clock } = rig
  const started = clock.now()
  clock.after(2000, () => rig.produce('late').subscribe())
  await kafka.until(() => rig.values().includes('late'))
  assert.ok(clock.now() - started >= 2000 && clock.now() - started < 3000)
  await rig.close()
})

test('what holds already takes no time at all', async () => {
  const { kafka, clock } = await BrokerRig.start()
  const started = clock.now()
  await kafka.until(() => true, { timeoutMs: 0 })
  assert.is(clock.now(), started)
  await kafka.close()
})

test('a condition that never holds is named when time is up, and leaves no timer behind', async () => {
  const { kafka, clock } = await BrokerRig.start()
  await clock.advance(100)
  const { pending } = clock
  const started = clock.now()
  const error = await failureOf(kafka.until(() => kafka.requests.of(Apis.Produce).length > 0))
  assert.instance(error, TimeoutError)
  assert.match(error.message, /requests\.of\(.*Produce\)\.length > 0: not so within 5000 ms/)
  assert.is(clock.now() - started, 5000)
  assert.is(clock.pending, pending)
  await kafka.close()
})

test('a condition that never holds is told with what there is: messages, lags, and faults that were never met', async () => {
  const rig = await BrokerRig.start({ topics: { orders: { partitions: 2 }, invoices: {} } })
  const { kafka } = rig
  const failure = async (): Promise<string> =>
    (await failureOf(kafka.until(() => false, { timeoutMs: 20 }))).message
  assert.is(await failure(), 'until () => false: not so within 20 ms; messages: orders 0, invoices 0')
  for (const partition of [0, 1])
    kafka.partition('orders', partition).append([{ value: 'a' }, { value: 'b' }])
  const client = rig.client()
  await rig.done(client.sendOffsetCommitRequest('billing', [{ topic: 'orders', partition: 0, offset: 1 }]))
  kafka.faults.on(Apis.Produce, answerWith('NOT_ENOUGH_REPLICAS'))
  kafka.faults.once(Apis.FindCoordinator, closeConnection())
  kafka.faults.on(Apis.Fetch, closeConnection()).remove()
  await rig.done(rig.produce('x', { client }))
  assert.is(
    await failure(),
    'until () => false: not so within 20 ms; messages: orders 4, invoices 0; lag: billing 3 in orders; ' +
      'never met: faults.once FindCoordinator',
  )
  await rig.close()
})

test('of a large cluster a condition that never holds tells the beginning', async () => {
  const topics = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`topic${i}`, {}]))
  const { kafka } = await BrokerRig.start({ topics })
  const { message } = await failureOf(kafka.until(() => false, { timeoutMs: 20 }))
  assert.match(message, /messages: topic0 0, topic1 0, .*topic9 0, 20 more$/)
  await kafka.close()
})

test('a condition that never holds is given up in real time too', async () => {
  const kafka = await EmbeddedKafka.start()
  assert.instance(await failureOf(kafka.until(() => false, { timeoutMs: 20 })), TimeoutError)
  await kafka.close()
})

test('what a condition throws ends the waiting', async () => {
  const { kafka } = await BrokerRig.start()
  let looks = 0
  const picky = (): boolean => {
    if (++looks > 1) throw new Error('too many invoices')
    return false
  }
  kafka.faults.clear()
  const { clock } = kafka.clientOptions
  clock.after(10, () => undefined)
  assert.is((await failureOf(kafka.until(picky))).message, 'too many invoices')
  assert.instance(await failureOf(kafka.until(true as never)), ArgumentError)
  await kafka.close()
})

test('a condition that answers with a promise is refused: it would hold at once, whatever comes of it', async () => {
  const { kafka, clock } = await BrokerRig.start()
  const { pending } = clock
  const error = await failureOf(kafka.until((() => Promise.resolve(false)) as never))
  assert.instance(error, ArgumentError)
  assert.match(error.message, /until condition: expected true or false at once/)
  assert.is(clock.pending, pending)
  await kafka.close()
})

test('nor may a condition answer with a promise later', async () => {
  const { kafka } = await BrokerRig.start()
  let looks = 0
  const changing = () => (++looks > 1 ? Promise.resolve(false) : false)
  const error = await failureOf(kafka.until(changing as never))
  assert.instance(error, ArgumentError)
  await kafka.close()
})

test.run()
