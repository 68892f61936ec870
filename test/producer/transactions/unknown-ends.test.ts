import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith, delayRequest, dropAnswer, failAfterwards } from '../../../src/broker'
import { KafkaError, TimeoutError, TransactionAbortedError, TransactionStateError } from '../../../src/kernel'
import { Apis } from '../../../src/protocol'
import { ProducingRig } from './producing-rig'

const releases = ['4.3', '2.8'] as const

const intents = (rig: ProducingRig): boolean[] =>
  rig.kafka.requests.of(Apis.EndTxn).map(({ body }) => body.committed)

for (const versions of releases) {
  for (const code of [
    'COORDINATOR_NOT_AVAILABLE',
    'NOT_COORDINATOR',
    'COORDINATOR_LOAD_IN_PROGRESS',
    'UNKNOWN_SERVER_ERROR',
  ] as const) {
    test(`${versions}: a commit that is carried out and answered with ${code} to the end is never followed by an abort`, async () => {
      const rig = await ProducingRig.start({
        versions,
        brokers: 3,
        producer: { transactionTimeoutMs: 5000 },
      })
      const tx = await rig.done(rig.producer.begin())
      await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
      rig.kafka.faults.once(Apis.EndTxn, failAfterwards(code))
      rig.kafka.faults.on(Apis.EndTxn, answerWith(code))
      const error = await rig.failure(tx.commit())
      assert.instance(error, TimeoutError)
      assert.is((error as TimeoutError).maybeSent, true)
      assert.instance(error.cause, KafkaError)
      assert.match((error.cause as Error).message, code)
      assert.ok(intents(rig).length >= 2)
      assert.ok(intents(rig).every(intent => intent))
      rig.kafka.faults.clear()
      assert.instance(await rig.failure(rig.producer.begin()), TransactionStateError)
      await rig.settled()
      assert.equal(rig.committed(), ['a'])
      await rig.close()
    })
  }

  test(`${versions}: an answer that leaves the commit open, then a refusal that does not: still no abort`, async () => {
    const rig = await ProducingRig.start({ versions, brokers: 3 })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
    rig.kafka.faults.once(Apis.EndTxn, failAfterwards('COORDINATOR_NOT_AVAILABLE'))
    rig.kafka.faults.once(Apis.EndTxn, answerWith('INVALID_TXN_STATE'))
    const error = await rig.failure(tx.commit())
    assert.not.instance(error, TransactionAbortedError)
    assert.equal(intents(rig), [true, true])
    await rig.settled()
    assert.equal(rig.committed(), ['a'])
    await rig.close()
  })

  test(`${versions}: a commit that was surely not carried out aborts, whatever the questions before it met`, async () => {
    const rig = await ProducingRig.start({
      versions,
      brokers: 3,
      producer: { transactionTimeoutMs: 5000 },
      client: { requestTimeoutMs: 1000 },
    })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
    rig.kafka.faults.on(Apis.EndTxn, answerWith('CONCURRENT_TRANSACTIONS'), {
      when: ({ body }) => body.committed,
    })
    const error = await rig.failure(tx.commit())
    assert.instance(error, TransactionAbortedError)
    assert.is(intents(rig).at(-1), false)
    await rig.settled()
    assert.equal(rig.committed(), [])
    await rig.close()
  })

  test(`${versions}: an EndTxn that was asked again, and lands late, ends no other transaction`, async () => {
    for (const isCommit of [true, false]) {
      const rig = await ProducingRig.start({ versions, brokers: 3, client: { requestTimeoutMs: 1000 } })
      const first = await rig.done(rig.producer.begin())
      await rig.done(first.send({ topic: 'orders', partition: 0, value: 'first' }))
      rig.kafka.faults.on(Apis.EndTxn, delayRequest(20_000), { times: 2 })
      await rig.done(isCommit ? first.commit() : first.abort())
      const second = await rig.done(rig.producer.begin())
      await rig.done(second.send({ topic: 'orders', partition: 0, value: 'second' }))
      await rig.rig.clock.advance(30_000)
      await rig.done(second.send({ topic: 'orders', partition: 0, value: 'and more' }))
      await rig.done(isCommit ? second.abort() : second.commit())
      await rig.settled()
      assert.equal(rig.committed(), isCommit ? ['first'] : ['second', 'and more'])
      await rig.close()
    }
  })

  test(`${versions}: a coordinator that is not found in time was not told to commit: it aborts`, async () => {
    const rig = await ProducingRig.start({
      versions,
      brokers: 3,
      producer: { transactionTimeoutMs: 20_000 },
      client: { requestTimeoutMs: 1000 },
    })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
    const coordinator = rig.kafka.requests.of(Apis.InitProducerId)[0]!.broker
    await rig.done(rig.kafka.broker(coordinator).kill())
    const lost = rig.kafka.faults.on(Apis.FindCoordinator, dropAnswer())
    const outcome = rig.failure(tx.commit())
    await rig.rig.clock.advance(20_500)
    lost.remove()
    assert.instance(await outcome, TransactionAbortedError)
    assert.ok(intents(rig).every(intent => !intent))
    await rig.settled()
    assert.equal(rig.committed(), [])
    await rig.close()
  })
}

test.run()
