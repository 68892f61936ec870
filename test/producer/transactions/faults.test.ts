import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  answerWith,
  closeConnection,
  delayAnswer,
  dropAnswer,
  failAfterwards,
  type Fault,
} from '../../../src/broker'
import {
  BrokerError,
  DeliveryError,
  FencedError,
  KafkaError,
  TimeoutError,
  TransactionAbortedError,
  TransactionStateError,
} from '../../../src/kernel'
import { Apis, type ErrorName } from '../../../src/protocol'
import { Producer } from '../../../src/producer'
import { ProducingRig } from './producing-rig'

const releases = ['4.3', '2.8'] as const

const isTold = (error: unknown, name: string): boolean =>
  error instanceof KafkaError && (error.message.includes(name) || isTold(error.cause, name))

for (const versions of releases) {
  test(`${versions}: a send that fails, listened to or not, aborts in place of the commit`, async () => {
    const rig = await ProducingRig.start({ versions })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'good' }))
    rig.kafka.faults.once(Apis.Produce, answerWith('MESSAGE_TOO_LARGE'))
    tx.send({ topic: 'orders', partition: 1, value: 'bad' })
    const error = await rig.failure(tx.commit())
    assert.instance(error, TransactionAbortedError)
    assert.instance(error.cause, DeliveryError)
    assert.ok(isTold(error, 'MESSAGE_TOO_LARGE'))
    await rig.settled()
    assert.equal(rig.committed(), [])
    await rig.done(
      rig.producer.transaction(next => next.send({ topic: 'orders', partition: 1, value: 'next' })),
    )
    await rig.settled()
    assert.equal(rig.committed(), ['next'])
    await rig.close()
  })

  test(`${versions}: a send that is refused at once aborts too, and after a failure nothing more is taken`, async () => {
    const rig = await ProducingRig.start({ versions, producer: { maxBatchBytes: 1000 } })
    const outcome = rig.producer.transaction(async tx => {
      await tx.send({ topic: 'orders', partition: 0, value: 'good' })
      const refused = tx.send({ topic: 'orders', partition: 0, value: 'x'.repeat(2000) })
      const after = tx.send({ topic: 'orders', partition: 0, value: 'after' })
      await refused.catch(() => undefined)
      assert.instance(await after.catch((error: unknown) => error), TransactionAbortedError)
    })
    assert.instance(await rig.failure(outcome), TransactionAbortedError)
    await rig.settled()
    assert.equal(rig.committed(), [])
    await rig.close()
  })

  test(`${versions}: offsets that fail abort too`, async () => {
    const rig = await ProducingRig.start({ versions })
    rig.kafka.faults.once(Apis.TxnOffsetCommit, answerWith('ILLEGAL_GENERATION'))
    const tx = await rig.done(rig.producer.begin())
    tx.send({ topic: 'orders', partition: 0, value: 'a' })
    const sent = tx.sendOffsets([{ topic: 'other', partition: 0, offset: 3 }], 'copiers')
    const error = await rig.failure(tx.commit())
    assert.ok(isTold(error, 'ILLEGAL_GENERATION'))
    assert.ok(isTold(await rig.failure(sent), 'ILLEGAL_GENERATION'))
    await rig.settled()
    assert.equal(rig.committed(), [])
    assert.is(rig.kafka.committed('copiers', 'other'), undefined)
    await rig.close()
  })

  test(`${versions}: a batch whose fate nobody knows makes the next transaction begin with another epoch`, async () => {
    const rig = await ProducingRig.start({ versions, producer: { deliveryTimeoutMs: 2000 } })
    await rig.done(
      rig.producer.transaction(tx => tx.send({ topic: 'orders', partition: 0, value: 'before' })),
    )
    const epoch = rig.kafka.transaction('copier')!.producerEpoch
    rig.kafka.faults.once(Apis.Produce, dropAnswer())
    const tx = await rig.done(rig.producer.begin())
    tx.send({ topic: 'orders', partition: 0, value: 'unknown' })
    assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
    await rig.done(
      rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'after' })),
    )
    await rig.settled()
    assert.equal(rig.committed(), ['before', 'after'])
    assert.ok(rig.kafka.transaction('copier')!.producerEpoch > epoch)
    await rig.close()
  })

  for (const [what, fault] of [
    ['is not answered', dropAnswer()],
    ['is carried out and answered with an unknown error', failAfterwards('UNKNOWN_SERVER_ERROR')],
    ['is carried out, and the connection closes', closeConnection('after')],
    ['is lost with its connection', closeConnection('before')],
    ['is answered with NOT_COORDINATOR', answerWith('NOT_COORDINATOR')],
    ['is answered with COORDINATOR_LOAD_IN_PROGRESS', answerWith('COORDINATOR_LOAD_IN_PROGRESS')],
    ['is answered with COORDINATOR_NOT_AVAILABLE', answerWith('COORDINATOR_NOT_AVAILABLE')],
    ['is answered with CONCURRENT_TRANSACTIONS', answerWith('CONCURRENT_TRANSACTIONS')],
  ] as readonly (readonly [string, Fault])[]) {
    test(`${versions}: an EndTxn that ${what} is asked again, with the same intent`, async () => {
      for (const isCommit of [true, false]) {
        const rig = await ProducingRig.start({ versions })
        rig.kafka.faults.once(Apis.EndTxn, fault)
        const tx = await rig.done(rig.producer.begin())
        await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
        await rig.done(isCommit ? tx.commit() : tx.abort())
        const intents = rig.kafka.requests.of(Apis.EndTxn).map(({ body }) => body.committed)
        assert.ok(intents.length >= 2)
        assert.ok(intents.every(intent => intent === isCommit))
        await rig.done(
          rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'b' })),
        )
        await rig.settled()
        assert.equal(rig.committed(), isCommit ? ['a', 'b'] : ['b'])
        await rig.close()
      }
    })
  }

  test(`${versions}: a commit that nobody answers for transactionTimeoutMs fails as unknown, and is the last`, async () => {
    const rig = await ProducingRig.start({
      versions,
      producer: { transactionTimeoutMs: 5000 },
      client: { requestTimeoutMs: 1000 },
    })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
    const fault = rig.kafka.faults.on(Apis.EndTxn, dropAnswer())
    const since = rig.rig.clock.monotonic()
    const error = await rig.failure(tx.commit())
    assert.instance(error, TimeoutError)
    assert.is((error as TimeoutError).maybeSent, true)
    const tookMs = rig.rig.clock.monotonic() - since
    assert.ok(tookMs > 4000 && tookMs <= 5000)
    assert.ok(rig.kafka.requests.of(Apis.EndTxn).every(({ body }) => body.committed))
    fault.remove()
    const refused = await rig.failure(rig.producer.begin())
    assert.instance(refused, TransactionStateError)
    assert.match(refused.message, 'make a new one')
    assert.instance(await rig.failure(tx.abort()), TimeoutError)
    await rig.settled()
    assert.equal(rig.committed(), ['a'])
    await rig.close()
  })

  test(`${versions}: an abort that nobody answers ends all the same, and is made good before the next transaction`, async () => {
    const rig = await ProducingRig.start({
      versions,
      producer: { transactionTimeoutMs: 5000 },
      client: { requestTimeoutMs: 1000 },
    })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
    const fault = rig.kafka.faults.on(Apis.EndTxn, closeConnection('before'))
    await rig.done(tx.abort())
    fault.remove()
    const next = rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'b' }))
    // Until KIP-890 whose transaction the coordinator has ended for being too old is put out.
    if (versions === '2.8') assert.instance(await rig.failure(next), FencedError)
    else await rig.done(next)
    await rig.settled()
    assert.equal(rig.committed(), versions === '2.8' ? [] : ['b'])
    await rig.close()
  })

  test(`${versions}: a second instance fences the first: its deliveries fail at once, it begins no more`, async () => {
    const rig = await ProducingRig.start({ versions, producer: { bufferTime: 60_000 } })
    const tx = await rig.done(rig.producer.begin())
    const flushed = tx.send({ topic: 'orders', partition: 0, value: 'old' })
    await rig.done(rig.producer.flush())
    await rig.done(flushed)
    const second = rig.another()
    await rig.done(second.transaction(next => next.send({ topic: 'orders', partition: 1, value: 'new' })))
    await rig.settled()
    const waiting = tx.send({ topic: 'orders', partition: 1, value: 'waits' })
    const sent = tx.send({ topic: 'orders', partition: 0, value: 'fenced' })
    const since = rig.rig.clock.monotonic()
    const error = await rig.failure(tx.commit())
    assert.instance(error, FencedError)
    assert.match(error.message, 'copier')
    for (const delivery of [sent, waiting]) assert.instance(await rig.failure(delivery), DeliveryError)
    assert.ok(rig.rig.clock.monotonic() - since < 1000)
    for (const call of [rig.producer.begin(), rig.producer.initTransactions(), tx.abort()])
      assert.instance(await rig.failure(call), FencedError)
    assert.instance(await rig.failure(tx.send({ topic: 'orders', value: 'x' })), FencedError)
    await rig.done(second.transaction(next => next.send({ topic: 'orders', partition: 1, value: 'newer' })))
    await rig.settled()
    assert.equal(rig.committed(), ['new', 'newer'])
    assert.ok(rig.events.some(({ type }) => type === 'transactions-over'))
    await rig.close()
  })

  test(`${versions}: a fenced instance that only commits hears it at the end, and commits nothing`, async () => {
    const rig = await ProducingRig.start({ versions })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'old' }))
    await rig.done(tx.sendOffsets([{ topic: 'other', partition: 0, offset: 3 }], 'copiers'))
    await rig.done(rig.another().initTransactions())
    assert.instance(await rig.failure(tx.commit()), FencedError)
    await rig.settled()
    assert.equal(rig.committed(), [])
    assert.is(rig.kafka.committed('copiers', 'other'), undefined)
    await rig.close()
  })

  test(`${versions}: a transaction that lasts longer than its timeout is not committed`, async () => {
    const rig = await ProducingRig.start({ versions, producer: { transactionTimeoutMs: 1000 } })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'late' }))
    await rig.rig.clock.advance(30_000)
    const error = await rig.failure(tx.commit())
    await rig.settled()
    assert.equal(rig.committed(), [])
    // Until KIP-890 a broker cannot tell the producer whom it has put out from one whom another has.
    if (versions === '2.8') assert.match(error.message, 'transactionTimeoutMs')
    else {
      assert.instance(error, TransactionAbortedError)
      await rig.done(
        rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'b' })),
      )
      await rig.settled()
      assert.equal(rig.committed(), ['b'])
    }
    await rig.close()
  })

  test(`${versions}: one that sends after it has outlived its timeout is not committed either`, async () => {
    const rig = await ProducingRig.start({ versions, producer: { transactionTimeoutMs: 1000 } })
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'late' }))
    await rig.rig.clock.advance(30_000)
    assert.instance(
      await rig.failure(tx.send({ topic: 'orders', partition: 0, value: 'too late' })),
      DeliveryError,
    )
    const error = await rig.failure(tx.commit())
    assert.instance(error, versions === '2.8' ? FencedError : TransactionAbortedError)
    const producer = versions === '2.8' ? rig.another() : rig.producer
    await rig.done(producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'b' })))
    await rig.settled()
    assert.equal(rig.committed(), ['b'])
    await rig.close()
  })

  test(`${versions}: the coordinator may move at any point of a transaction`, async () => {
    const rig = await ProducingRig.start({ versions, brokers: 3 })
    for (let round = 0; round < 6; round++) {
      const move = (): void => rig.kafka.moveTransactionCoordinator('copier')
      const tx = await rig.done(rig.producer.begin())
      if (round % 3 === 0) move()
      await rig.done(tx.send({ topic: 'orders', partition: 0, value: `${round}` }))
      if (round % 3 === 1) move()
      await rig.done(tx.sendOffsets([{ topic: 'other', partition: 0, offset: round + 1 }], 'copiers'))
      const committed = tx.commit()
      if (round % 3 === 2) move()
      await rig.done(committed)
    }
    await rig.settled()
    assert.equal(rig.committed(), ['0', '1', '2', '3', '4', '5'])
    assert.is(rig.kafka.committed('copiers', 'other'), 6n)
    await rig.close()
  })

  test(`${versions}: brokers that die in the midst of a transaction cost neither its messages nor its commit`, async () => {
    const rig = await ProducingRig.start({ versions, brokers: 3 })
    for (let round = 0; round < 6; round++) {
      const victim = rig.kafka.broker(1 + (round % 3))
      const tx = await rig.done(rig.producer.begin())
      const first = tx.send({ topic: 'orders', partition: 0, value: `${round}` })
      if (round % 2 === 0) await rig.done(first)
      await rig.done(victim.kill())
      tx.send({ topic: 'orders', partition: 0, value: `${round}, again` })
      await rig.done(tx.commit())
      await rig.done(victim.start())
    }
    await rig.settled()
    assert.equal(
      rig.committed(),
      [0, 1, 2, 3, 4, 5].flatMap(round => [`${round}`, `${round}, again`]),
    )
    await rig.close()
  })
}

for (const [code, api] of [
  ['INVALID_TXN_STATE', Apis.Produce],
  ['TRANSACTION_ABORTABLE', Apis.Produce],
  ['INVALID_PRODUCER_ID_MAPPING', Apis.Produce],
  ['UNKNOWN_PRODUCER_ID', Apis.Produce],
  ['INVALID_PRODUCER_EPOCH', Apis.Produce],
  ['OUT_OF_ORDER_SEQUENCE_NUMBER', Apis.Produce],
  ['INVALID_TXN_STATE', Apis.AddPartitionsToTxn],
  ['INVALID_PRODUCER_ID_MAPPING', Apis.AddPartitionsToTxn],
  ['TOPIC_AUTHORIZATION_FAILED', Apis.AddPartitionsToTxn],
  ['GROUP_AUTHORIZATION_FAILED', Apis.AddOffsetsToTxn],
  ['TRANSACTION_ABORTABLE', Apis.TxnOffsetCommit],
  ['FENCED_INSTANCE_ID', Apis.TxnOffsetCommit],
  ['TRANSACTION_ABORTABLE', Apis.EndTxn],
  ['INVALID_TXN_STATE', Apis.EndTxn],
  ['INVALID_PRODUCER_ID_MAPPING', Apis.EndTxn],
] as readonly (readonly [ErrorName, typeof Apis.Produce])[]) {
  test(`${code} of ${api.name} aborts, and the next transaction is committed`, async () => {
    for (const versions of releases) {
      const rig = await ProducingRig.start({ versions })
      const fault = rig.kafka.faults.once(api, answerWith(code))
      const tx = await rig.done(rig.producer.begin())
      tx.send({ topic: 'orders', partition: 0, value: 'a' })
      void tx.sendOffsets([{ topic: 'other', partition: 0, offset: 3 }], 'copiers')
      const outcome = tx.commit()
      if (versions === '4.3' && api.name.startsWith('Add')) {
        await rig.done(outcome)
        assert.is(fault.hits, 0)
        await rig.close()
        continue
      }
      const error = await rig.failure(outcome)
      assert.instance(error, TransactionAbortedError)
      assert.ok(isTold(error, code), error.message)
      assert.is(fault.hits, 1)
      await rig.done(
        rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'b' })),
      )
      await rig.settled()
      assert.equal(rig.committed(), ['b'])
      assert.is(rig.kafka.committed('copiers', 'other'), undefined)
      await rig.close()
    }
  })
}

for (const [code, api] of [
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', Apis.InitProducerId],
  ['INVALID_TRANSACTION_TIMEOUT', Apis.InitProducerId],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', Apis.Produce],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', Apis.TxnOffsetCommit],
  ['PRODUCER_FENCED', Apis.TxnOffsetCommit],
  ['PRODUCER_FENCED', Apis.Produce],
  ['PRODUCER_FENCED', Apis.EndTxn],
  ['INVALID_PRODUCER_EPOCH', Apis.EndTxn],
] as readonly (readonly [ErrorName, typeof Apis.Produce])[]) {
  test(`${code} of ${api.name} is the end of the producer`, async () => {
    for (const versions of releases) {
      const rig = await ProducingRig.start({ versions })
      rig.kafka.faults.on(api, answerWith(code))
      const error = await rig.failure(
        rig.producer.transaction(tx => {
          tx.send({ topic: 'orders', partition: 0, value: 'a' })
          void tx.sendOffsets([{ topic: 'other', partition: 0, offset: 3 }], 'copiers')
        }),
      )
      assert.ok(isTold(error, code), error.message)
      rig.kafka.faults.clear()
      const refused = await rig.failure(rig.producer.begin())
      assert.ok(refused instanceof FencedError || refused instanceof TransactionStateError)
      await rig.done(rig.another().transaction(tx => tx.send({ topic: 'orders', partition: 0, value: 'b' })))
      await rig.settled()
      assert.equal(rig.committed(), ['b'])
      await rig.close()
    }
  })
}

test('the transaction before is still being finished: the next one waits in steps of 20 ms', async () => {
  for (const versions of releases) {
    const rig = await ProducingRig.start({ versions, transactionMarkerDelayMs: 300 })
    const since = rig.rig.clock.monotonic()
    for (const value of ['a', 'b', 'c'])
      await rig.done(rig.producer.transaction(tx => tx.send({ topic: 'orders', partition: 0, value })))
    assert.ok(rig.rig.clock.monotonic() - since < 3 * 300 + 200)
    await rig.settled()
    assert.equal(rig.committed(), ['a', 'b', 'c'])
    await rig.close()
  }
})

test('a producer that finds no coordinator tells so in time, and can be asked again', async () => {
  const rig = await ProducingRig.start({ client: { timeoutMs: 3000 } })
  const fault = rig.kafka.faults.on(Apis.InitProducerId, answerWith('COORDINATOR_NOT_AVAILABLE'))
  const error = await rig.failure(rig.producer.begin())
  assert.instance(error, TimeoutError)
  assert.ok(isTold(error, 'COORDINATOR_NOT_AVAILABLE'))
  fault.remove()
  await rig.done(rig.producer.initTransactions())
  await rig.done(rig.producer.transaction(tx => tx.send({ topic: 'orders', partition: 0, value: 'a' })))
  await rig.settled()
  assert.equal(rig.committed(), ['a'])
  await rig.close()
})

test('two that begin while the producer initialises: the first has it, the second fails', async () => {
  const rig = await ProducingRig.start()
  rig.kafka.faults.once(Apis.InitProducerId, delayAnswer(500))
  const first = rig.producer.begin()
  const error = await rig.failure(rig.producer.begin())
  assert.instance(error, TransactionStateError)
  await rig.done((await rig.done(first)).commit())
  await rig.close()
})

test('a serializer that fails, at once or later, aborts; one that takes its time is waited for', async () => {
  const rig = await ProducingRig.start()
  const producer = new Producer(rig.client, {
    transactionalId: 'objects',
    serializer: async (value: { readonly id: number }) => {
      await Promise.resolve()
      if (value.id < 0) throw new Error('below zero')
      return `${value.id}`
    },
  })
  const write = (ids: readonly number[]) =>
    producer.transaction(tx => {
      for (const id of ids) tx.send({ topic: 'orders', partition: 0, value: { id } })
    })
  await rig.done(write([1, 2]))
  const error = await rig.failure(write([3, -1, 4]))
  assert.instance(error, TransactionAbortedError)
  assert.ok(isTold(error, 'below zero'), error.message)
  await rig.done(write([5]))
  await rig.settled()
  assert.equal(rig.committed(), ['1', '2', '5'])
  await rig.close()
})

test('an abort does not wait for what cannot be sent', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  tx.send({ topic: 'orders', partition: 0, value: 'first' })
  const nowhere = tx.send({ topic: 'nowhere', value: 'a' })
  rig.kafka.faults.on(Apis.Produce, answerWith('NOT_ENOUGH_REPLICAS'))
  await rig.rig.clock.advance(1000)
  const since = rig.rig.clock.monotonic()
  await rig.done(tx.abort())
  assert.ok(rig.rig.clock.monotonic() - since < 1000)
  assert.instance(await rig.failure(nowhere), KafkaError)
  rig.kafka.faults.clear()
  await rig.done(rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'b' })))
  await rig.settled()
  assert.equal(rig.committed(), ['b'])
  await rig.close()
})

test('an error that names nothing to retry of the first question is told as it is', async () => {
  const rig = await ProducingRig.start()
  rig.kafka.faults.on(Apis.InitProducerId, answerWith('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
  const error = await rig.failure(rig.producer.initTransactions())
  assert.ok(isTold(error, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
  assert.instance(error, BrokerError)
  assert.instance(await rig.failure(rig.producer.begin()), TransactionStateError)
  await rig.close()
})

test.run()
