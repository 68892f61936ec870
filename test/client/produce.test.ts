import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConnectionError, FailedPayloadsError } from '../../src/kernel'
import { errorRow, Apis } from '../../src/protocol'
import type { ProducePayload } from '../../src/client'
import { ClientRig, reasonOf, valuesIn } from './client-rig'

const payload = (partition: number, ...messages: string[]): ProducePayload => ({
  topic: 'orders',
  partition,
  messages,
})

test('payloads go to their leaders, one request to each, and the answers come in payload order', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2, 1], bills: [2] } })
  rig.peer(1).on(Apis.Produce, (request, reply) => reply.after(50, rig.produced(1, request)))
  const answers = await rig.result(
    rig
      .client()
      .sendProduceRequest([
        payload(2, 'c'),
        payload(1, 'b', 'bb'),
        payload(0, 'a'),
        { topic: 'bills', partition: 0, messages: ['d'] },
      ]),
  )
  assert.equal(
    answers.map(({ topic, partition, offset, error }) => [topic, partition, offset, error]),
    [
      ['orders', 2, 0n, null],
      ['orders', 1, 0n, null],
      ['orders', 0, 0n, null],
      ['bills', 0, 0n, null],
    ],
  )
  assert.equal(
    rig.peers.map(peer => peer.of(Apis.Produce).length),
    [1, 1],
  )
})

test('FailedPayloadsError keeps what worked, and names each payload that failed with its error', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2] } })
  rig.refuseProduce(1, 10)
  const payloads = [payload(0, 'a'), payload(1, 'b')]
  const error = await rig.failure(rig.client().sendProduceRequest(payloads))
  assert.instance(error, FailedPayloadsError)
  const { responses, failedPayloads, message } = error as FailedPayloadsError<{
    partition: number
    offset: bigint
  }>
  assert.equal(
    responses.map(({ partition, offset }) => [partition, offset]),
    [[1, 0n]],
  )
  assert.is(failedPayloads.length, 1)
  assert.is(failedPayloads[0]!.payload, payloads[0])
  assert.is(reasonOf(failedPayloads[0]!.error), 'MESSAGE_TOO_LARGE')
  assert.match(message, /1 of 2 payloads failed.*orders\/0.*max\.message\.bytes/)
})

test('with failOnError false every error comes back as data, in payload order', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2] } })
  rig.refuseProduce(1, 10)
  const answers = await rig.result(
    rig.client().sendProduceRequest([payload(0, 'a'), payload(1, 'b')], { failOnError: false }),
  )
  assert.equal(
    answers.map(({ partition, offset, error }) => [partition, offset, reasonOf(error)]),
    [
      [0, -1n, 'MESSAGE_TOO_LARGE'],
      [1, 0n, undefined],
    ],
  )
})

test('payloads for one partition travel in order, each in its own request', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, 1] } })
  rig.peer(1).on(Apis.Produce, (request, reply) => reply.after(10, rig.produced(1, request)))
  const answers = await rig.result(
    rig
      .client()
      .sendProduceRequest([payload(0, 'a'), payload(0, 'b', 'c'), payload(1, 'x'), payload(0, 'd')]),
  )
  assert.equal(
    answers.map(({ offset }) => offset),
    [0n, 1n, 0n, 3n],
  )
  const requests = rig.peer(1).of(Apis.Produce)
  assert.equal(
    requests.map(({ body }) =>
      body.topicData.map(({ partitionData }) => partitionData.map(({ index }) => index)),
    ),
    [[[0, 1]], [[0]], [[0]]],
  )
  assert.equal(
    requests.map(({ body }) => valuesIn(body.topicData[0]!.partitionData[0]!.records!)),
    [['a'], ['b', 'c'], ['d']],
  )
  assert.ok(requests[1]!.at >= requests[0]!.at + 10, 'the second was sent before the first was answered')
})

test('a payload that fails for good does not keep those behind it from being sent', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.refuseProduce(1, 10, 1)
  const answers = await rig.result(
    rig.client().sendProduceRequest([payload(0, 'a'), payload(0, 'b')], { failOnError: false }),
  )
  assert.equal(
    answers.map(({ error, offset }) => [reasonOf(error), offset]),
    [
      ['MESSAGE_TOO_LARGE', -1n],
      [undefined, 0n],
    ],
  )
})

test('after NOT_LEADER_OR_FOLLOWER the new leader is found and gets the messages, once', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  const client = rig.client()
  await rig.result(client.loadMetadataForTopics('orders'))
  rig.lead('orders', 0, 2)
  const [answer] = await rig.result(client.sendProduceRequest([payload(0, 'a')]))
  assert.is(answer!.offset, 0n)
  assert.equal(
    rig.written.map(({ broker, values }) => [broker, ...values]),
    [[2, 'a']],
  )
  assert.is(rig.peer(1).of(Apis.Produce).length, 1)
})

test('messages for a topic that does not exist yet are written once it does', async () => {
  const rig = await ClientRig.start()
  rig.clock.after(700, () => rig.topics.set('orders', { partitions: [{ leader: 1, epoch: 0 }] }))
  const [answer] = await rig.result(rig.client().sendProduceRequest([payload(0, 'a')]))
  assert.is(answer!.offset, 0n)
})

test('messages for a partition without a leader are written once it has one', async () => {
  const rig = await ClientRig.start({ topics: { orders: [-1] } })
  rig.clock.after(700, () => rig.lead('orders', 0, 1))
  const [answer] = await rig.result(rig.client().sendProduceRequest([payload(0, 'a')]))
  assert.is(answer!.offset, 0n)
})

test('a leader that metadata does not list is waited for', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.listed.delete(2)
  rig.clock.after(700, () => rig.listed.add(2))
  const [answer] = await rig.result(rig.client().sendProduceRequest([payload(0, 'a')]))
  assert.is(answer!.offset, 0n)
})

test('what was never sent is sent again: a leader that cannot be reached for a while', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [2] } })
  rig.network.refuse('b2:9092')
  rig.clock.after(700, () => rig.network.heal('b2:9092'))
  const [answer] = await rig.result(rig.client().sendProduceRequest([payload(0, 'a')]))
  assert.is(answer!.offset, 0n)
  assert.is(rig.written.length, 1)
})

test('metadata that does not come is no reason to think that messages were sent', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1] } })
  for (const peer of rig.peers) peer.ignore(Apis.Metadata)
  const client = rig.client({ timeoutMs: 2000, requestTimeoutMs: 1400 }, 'b1,b2')
  client.loadMetadataForTopics('orders').subscribe({ error: () => undefined })
  await rig.clock.advance(1500)
  const call = client.sendProduceRequest([payload(0, 'a')], { timeoutMs: 20_000 })
  call.subscribe({ error: () => undefined })
  await rig.clock.advance(1000)
  for (const peer of rig.peers) peer.on(Apis.Metadata, (request, reply) => reply(rig.metadata(request)))
  assert.is((await rig.result(call))[0]!.offset, 0n)
})

test('a request that may have been sent is not sent again: it fails with maybeSent', async () => {
  const rig = await ClientRig.start({ brokers: 2, topics: { orders: [1, 2] } })
  rig.peer(2).on(Apis.Produce, (request, reply) => {
    rig.produced(2, request)
    reply.close()
  })
  const error = await rig.failure(rig.client().sendProduceRequest([payload(0, 'a'), payload(1, 'b')]))
  const { responses, failedPayloads } = error as FailedPayloadsError
  assert.is(responses.length, 1)
  assert.instance(failedPayloads[0]!.error, ConnectionError)
  assert.is((failedPayloads[0]!.error as ConnectionError).maybeSent, true)
  await rig.clock.advance(60_000)
  assert.is(rig.peer(2).of(Apis.Produce).length, 1)
})

const notAgain = [2, 7, 10, 17, 18, 20, 29, 56, 87, -1]

for (const code of notAgain) {
  test(`after ${errorRow(code).name} nothing is written again`, async () => {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    rig.refuseProduce(1, code)
    const error = await rig.failure(rig.client().sendProduceRequest([payload(0, 'a')]))
    assert.is(reasonOf((error as FailedPayloadsError).failedPayloads[0]?.error), errorRow(code).name)
    assert.is(rig.of(Apis.Produce).length, 1)
  })
}

test('what is tried again ends at timeoutMs, each payload with what stood in its own way', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1, -1] } })
  rig.refuseProduce(1, 6)
  const client = rig.client()
  const before = rig.clock.now()
  const payloads = [payload(0, 'a'), payload(1, 'b'), payload(7, 'c'), { ...payload(0, 'd'), topic: 'bills' }]
  const error = await rig.failure(client.sendProduceRequest(payloads, { timeoutMs: 3000 }))
  assert.ok(rig.clock.now() - before <= 3000)
  assert.ok(rig.clock.now() - before >= 1500)
  const { failedPayloads } = error as FailedPayloadsError
  assert.equal(
    failedPayloads.map(
      ({ error: { message } }) => /orders\/0|orders\/1|orders\/7|bills\/0/.exec(message)?.[0],
    ),
    ['orders/0', 'orders/1', 'orders/7', 'bills/0'],
  )
  assert.equal(
    failedPayloads.map(({ error: cause }) => reasonOf(cause)),
    [
      'NOT_LEADER_OR_FOLLOWER',
      'LEADER_NOT_AVAILABLE',
      'UNKNOWN_TOPIC_OR_PARTITION',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
  )
  assert.is(rig.written.length, 0)
})

test('a payload behind one that never got through fails with it, and was never sent', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.refuseProduce(1, 6)
  const answers = await rig.result(
    rig
      .client()
      .sendProduceRequest([payload(0, 'a'), payload(0, 'b')], { timeoutMs: 2000, failOnError: false }),
  )
  assert.equal(
    answers.map(({ error }) => reasonOf(error)),
    ['NOT_LEADER_OR_FOLLOWER', 'NOT_LEADER_OR_FOLLOWER'],
  )
  const sent = rig
    .of(Apis.Produce)
    .map(({ body }) => valuesIn(body.topicData[0]!.partitionData[0]!.records!)[0])
  assert.equal([...new Set(sent)], ['a'])
})

test('with acks none the call ends when the bytes have left, without an offset', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client()
  const [answer] = await rig.result(client.sendProduceRequest([payload(0, 'a')], { acks: 'none' }))
  assert.equal([answer!.offset, answer!.error], [-1n, null])
  await rig.result(client.sendProduceRequest([payload(0, 'b')], { acks: 'leader', ackTimeoutMs: 77 }))
  assert.equal(
    rig.of(Apis.Produce).map(({ body }) => [body.acks, body.timeoutMs]),
    [
      [0, 10_000],
      [1, 77],
    ],
  )
  assert.equal(
    rig.written.map(({ values }) => values[0]),
    ['a', 'b'],
  )
})

test('a partition that the broker leaves out of its answer fails by name', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.peer(1).answer(Apis.Produce, { responses: [], throttleTimeMs: 0 })
  const error = await rig.failure(rig.client().sendProduceRequest([payload(0, 'a')]))
  assert.match(error.message, /orders\/0.*left this partition out/)
})

test.run()
