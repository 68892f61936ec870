import { concatMap, from, lastValueFrom, map } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, CancelledError, TransactionStateError } from '../../../src/kernel'
import { Apis } from '../../../src/protocol'
import { Producer, type ProducerOptions } from '../../../src/producer'
import { ProducingRig } from './producing-rig'

/** The error of a message that `sendAll` could not send. */
function unsent(result: object): never {
  throw (result as { error: Error }).error
}

const releases = ['4.3', '2.8'] as const

for (const versions of releases) {
  test(`${versions}: what is sent in a transaction is committed, in all partitions, without a listener`, async () => {
    const rig = await ProducingRig.start({ versions })
    const outcome = rig.producer.transaction(tx => {
      for (const partition of [0, 1, 0]) tx.send({ topic: 'orders', partition, value: `to ${partition}` })
      tx.sendMessages('other', null, ['a', 'b'])
      return 'done'
    })
    assert.is(await rig.done(outcome), 'done')
    await rig.settled()
    assert.equal(rig.committed(), ['to 0', 'to 0', 'to 1'])
    assert.equal(rig.committed('other'), ['a', 'b'])
    await rig.close()
  })

  test(`${versions}: transactions one after the other, each with its sequences`, async () => {
    const rig = await ProducingRig.start({ versions })
    const numbers = Array.from({ length: 10 }, (_, i) => `${i}`)
    const all$ = from(numbers).pipe(
      concatMap(value =>
        rig.producer.transaction(async tx => {
          await tx.send({ topic: 'orders', partition: 0, value })
          tx.send({ topic: 'orders', partition: 0, value: `${value}, again` })
        }),
      ),
    )
    await rig.done(all$.forEach(() => undefined))
    await rig.settled()
    assert.equal(
      rig.committed(),
      numbers.flatMap(value => [value, `${value}, again`]),
    )
    await rig.close()
  })

  test(`${versions}: offsets of a group are stored with the commit`, async () => {
    const rig = await ProducingRig.start({ versions })
    const tx = await rig.done(rig.producer.begin())
    tx.send({ topic: 'orders', partition: 1, value: 'copied' })
    tx.sendOffsets([{ topic: 'other', partition: 0, offset: 5 }], 'copiers').subscribe({
      error: assert.unreachable,
    })
    await rig.done(tx.sendOffsets([{ topic: 'other', partition: 0, offset: 7n }], { groupId: 'copiers' }))
    assert.is(rig.kafka.committed('copiers', 'other'), undefined)
    await rig.done(tx.commit())
    await rig.settled()
    assert.is(rig.kafka.committed('copiers', 'other'), 7n)
    assert.equal(rig.committed(), ['copied'])
    await rig.close()
  })

  test(`${versions}: an abort undoes messages and offsets; what is written had its offset, what waits fails`, async () => {
    const rig = await ProducingRig.start({ versions })
    const tx = await rig.done(rig.producer.begin())
    const { offset } = await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'written' }))
    assert.is(offset, 0n)
    await rig.done(tx.sendOffsets([{ topic: 'other', partition: 0, offset: 7n }], 'copiers'))
    const waiting = tx.send({ topic: 'orders', partition: 0, value: 'waiting' })
    const aborted = tx.abort()
    const error = await rig.failure(waiting)
    assert.match(error.message, 'they were not written')
    await rig.done(aborted)
    await rig.settled()
    assert.equal(rig.rig.values(), ['written'])
    assert.equal(rig.committed(), [])
    assert.is(rig.kafka.committed('copiers', 'other'), undefined)
    await rig.done(
      rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'next' })),
    )
    await rig.settled()
    assert.equal(rig.committed(), ['next'])
    assert.ok(rig.events.every(({ type }) => type !== 'delivery-unheard'))
    await rig.close()
  })

  test(`${versions}: nothing sent is nothing asked`, async () => {
    const rig = await ProducingRig.start({ versions })
    await rig.done(rig.producer.transaction(() => undefined))
    const tx = await rig.done(rig.producer.begin())
    await rig.done(tx.abort())
    assert.is(rig.kafka.requests.of(Apis.EndTxn).length, 0)
    await rig.close()
  })
}

test('partitions that begin together are added by one request, and only once', async () => {
  const rig = await ProducingRig.start({ versions: '2.8' })
  await rig.done(
    rig.producer.transaction(async tx => {
      const first = [0, 1].map(partition => tx.send({ topic: 'orders', partition, value: 'a' }))
      await Promise.all([...first, tx.send({ topic: 'other', value: 'b' })])
      await tx.send({ topic: 'orders', partition: 0, value: 'c' })
    }),
  )
  const added = rig.kafka.requests.of(Apis.AddPartitionsToTxn)
  assert.is(
    added.flatMap(({ body }) => body.v3AndBelowTopics).flatMap(({ partitions }) => partitions).length,
    3,
  )
  assert.ok(added.length <= 2)
  await rig.close()
})

test('with KIP-890 no partition is added, and each transaction has an epoch of its own', async () => {
  const rig = await ProducingRig.start()
  for (const value of ['a', 'b', 'c'])
    await rig.done(rig.producer.transaction(tx => tx.send({ topic: 'orders', partition: 0, value })))
  assert.is(rig.kafka.requests.of(Apis.AddPartitionsToTxn).length, 0)
  const asked = rig.kafka.requests.of(Apis.InitProducerId).map(({ body }) => String(body.producerId))
  assert.ok(asked.every(id => id === '-1'))
  const batches = rig.kafka.partition('orders', 0).batches.filter(({ isControl }) => !isControl)
  assert.equal(
    batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence]),
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
  )
  await rig.close()
})

for (const versions of releases)
  test(`${versions}: a transaction whose only message is taken back before it leaves is empty, and commits`, async () => {
    const rig = await ProducingRig.start({ versions, brokers: 3 })
    const tx = await rig.done(rig.producer.begin())
    const leader = rig.kafka.broker(rig.kafka.partition('orders', 0).leader)
    rig.rig.network.hold(`${leader.host}:${leader.port}`)
    const delivery = tx.send({ topic: 'orders', partition: 0, value: 'taken back' })
    await rig.rig.clock.advance(500)
    assert.ok(delivery.cancel())
    rig.rig.network.heal(`${leader.host}:${leader.port}`)
    await rig.done(tx.commit())
    await rig.done(
      rig.producer.transaction(next => next.send({ topic: 'orders', partition: 0, value: 'next' })),
    )
    await rig.settled()
    assert.equal(rig.committed(), ['next'])
    assert.is(rig.kafka.requests.of(Apis.EndTxn).length, 1)
    await rig.close()
  })

test('before it one epoch serves all transactions, and sequences go on', async () => {
  const rig = await ProducingRig.start({ versions: '2.8' })
  for (const value of ['a', 'b', 'c'])
    await rig.done(rig.producer.transaction(tx => tx.send({ topic: 'orders', partition: 0, value })))
  const batches = rig.kafka.partition('orders', 0).batches.filter(({ isControl }) => !isControl)
  assert.equal(
    batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence]),
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  )
  await rig.close()
})

test('what the work throws is the outcome, and the transaction is aborted', async () => {
  const rig = await ProducingRig.start()
  const outcome = rig.producer.transaction(async tx => {
    await tx.send({ topic: 'orders', partition: 0, value: 'a' })
    throw new Error('the work fails')
  })
  assert.is((await rig.failure(outcome)).message, 'the work fails')
  await rig.settled()
  assert.equal(rig.committed(), [])
  assert.is(rig.kafka.transaction('copier')!.state, 'CompleteAbort')
  await rig.close()
})

test('the last value of an Observable is the outcome; one that fails aborts', async () => {
  const rig = await ProducingRig.start()
  const values$ = from(['a', 'b', 'c'])
  const last = rig.producer.transaction(tx =>
    values$.pipe(concatMap(value => tx.send({ topic: 'orders', partition: 0, value }))),
  )
  assert.is((await rig.done(last)).offset, 2n)
  await rig.settled()
  assert.equal(rig.committed(), ['a', 'b', 'c'])
  await rig.close()
})

test('a transaction begins when somebody listens, and once', async () => {
  const rig = await ProducingRig.start()
  let runs = 0
  const outcome = rig.producer.transaction(() => ++runs)
  await rig.rig.clock.advance(1000)
  assert.is(runs, 0)
  assert.equal(await rig.done(Promise.all([outcome, outcome])), [1, 1])
  await rig.close()
})

test('when the last listener leaves before the commit the transaction is aborted', async () => {
  const rig = await ProducingRig.start()
  const outcome = rig.producer.transaction(async tx => {
    await tx.send({ topic: 'orders', partition: 0, value: 'a' })
    return new Promise<void>(() => undefined)
  })
  const listening = outcome.subscribe({ error: assert.unreachable })
  await rig.rig.clock.until(() => rig.rig.values().length === 1)
  listening.unsubscribe()
  const error = await rig.failure(outcome)
  assert.instance(error, CancelledError, String(error.stack))
  await rig.settled()
  assert.is(rig.kafka.transaction('copier')!.state, 'CompleteAbort')
  await rig.close()
})

test('ended by hand within its work, that end stands', async () => {
  const rig = await ProducingRig.start()
  const outcome = rig.producer.transaction(async tx => {
    await tx.send({ topic: 'orders', partition: 0, value: 'a' })
    await tx.abort()
    return 'nothing to do'
  })
  assert.is(await rig.done(outcome), 'nothing to do')
  await rig.settled()
  assert.equal(rig.committed(), [])
  await rig.close()
})

test('a producer has one transaction at a time', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  const error = await rig.failure(rig.producer.begin())
  assert.instance(error, TransactionStateError)
  assert.match(error.message, 'commit or abort it first')
  assert.match((await rig.failure(rig.producer.transaction(() => 1))).message, 'one at a time')
  tx.send({ topic: 'orders', value: 'a' })
  const committed = tx.commit()
  assert.match((await rig.failure(rig.producer.begin())).message, 'being committed')
  await rig.done(committed)
  await rig.done((await rig.done(rig.producer.begin())).commit())
  await rig.close()
})

test('what is sent outside of a transaction fails, and harms none', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  for (const sent of [
    rig.producer.send({ topic: 'orders', value: 'a' }),
    rig.producer.sendMessages('orders', null, ['a']),
    lastValueFrom(
      rig.producer.sendAll([{ topic: 'orders', value: 'a' }], { onError: 'emit' }).pipe(map(unsent)),
    ),
  ]) {
    const error = await rig.failure(sent)
    assert.instance(error, TransactionStateError)
    assert.match(error.message, 'tx.send')
  }
  tx.send({ topic: 'orders', value: 'b' })
  const committed = tx.commit()
  assert.match((await rig.failure(tx.send({ topic: 'orders', value: 'late' }))).message, 'before commit')
  await rig.done(committed)
  assert.match((await rig.failure(tx.send({ topic: 'orders', value: 'late' }))).message, 'begin another one')
  assert.match(
    (await rig.failure(tx.sendOffsets([{ topic: 'other', partition: 0, offset: 1 }], 'g'))).message,
    'begin another one',
  )
  await rig.settled()
  assert.equal(rig.committed(), ['b'])
  await rig.close()
})

test('an end asked for twice is the same; the other one after it fails', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  tx.send({ topic: 'orders', value: 'b' })
  assert.is(tx.commit(), tx.commit())
  await rig.done(tx.commit())
  assert.instance(await rig.failure(tx.abort()), TransactionStateError)
  const other = await rig.done(rig.producer.begin())
  await rig.done(other.abort())
  assert.match((await rig.failure(other.commit())).message, 'none of it is committed')
  await rig.close()
})

test('flush within a transaction sends what waits, and leaves it open', async () => {
  const rig = await ProducingRig.start({ producer: { bufferTime: 10_000 } })
  const tx = await rig.done(rig.producer.begin())
  const sent = tx.send({ topic: 'orders', partition: 0, value: 'a' })
  await rig.done(rig.producer.flush(), 1000)
  assert.is((await rig.done(sent)).offset, 0n)
  assert.is(rig.kafka.transaction('copier')!.state, 'Ongoing')
  tx.send({ topic: 'orders', partition: 0, value: 'b' })
  await rig.done(tx.commit(), 1000)
  await rig.settled()
  assert.equal(rig.committed(), ['a', 'b'])
  await rig.close()
})

test('messages of a topic that is not known yet are committed too', async () => {
  const rig = await ProducingRig.start()
  await rig.done(
    rig.producer.transaction(tx => {
      tx.send({ topic: 'late', value: 'a' })
      rig.rig.clock.after(500, () => void rig.kafka.createTopic('late'))
    }),
  )
  await rig.settled()
  assert.equal(rig.committed('late'), ['a'])
  await rig.close()
})

test('transactions need the option, and the option needs acks all and idempotence', async () => {
  const rig = await ProducingRig.start()
  const plain = new Producer(rig.client)
  for (const call of [plain.begin(), plain.transaction(() => 1), plain.initTransactions()])
    assert.match((await rig.failure(call)).message, 'transactionalId')
  const wrong: ProducerOptions[] = [
    { acks: 1 },
    { acks: 'none' },
    { idempotent: false },
    { transactionalId: '' },
  ]
  for (const options of wrong)
    assert.throws(
      () => new Producer(rig.client, { transactionalId: 'a', ...options }),
      (error: unknown) => error instanceof ArgumentError,
    )
  assert.ok(new Producer(rig.client, { transactionalId: 'a', acks: -1, idempotent: true }))
  await rig.close()
})

test('close aborts what is open, and delivers nothing more', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  await rig.done(tx.send({ topic: 'orders', partition: 0, value: 'a' }))
  await rig.done(rig.producer.close())
  await rig.settled()
  assert.is(rig.kafka.transaction('copier')!.state, 'CompleteAbort')
  assert.match((await rig.failure(tx.commit())).message, 'none of it is committed')
  for (const call of [
    rig.producer.begin(),
    rig.producer.transaction(() => 1),
    tx.send({ topic: 'orders', value: 'b' }),
  ])
    assert.ok(await rig.failure(call))
  await rig.close()
})

test('close waits for a commit under way', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  tx.send({ topic: 'orders', partition: 0, value: 'a' })
  const committed = tx.commit()
  await rig.done(Promise.all([rig.producer.close(), committed]))
  await rig.settled()
  assert.equal(rig.committed(), ['a'])
  await rig.close()
})

test('stop does not wait, and fails what has no outcome', async () => {
  const rig = await ProducingRig.start()
  const tx = await rig.done(rig.producer.begin())
  await rig.kafka.broker(1).pause()
  const sent = tx.send({ topic: 'orders', partition: 0, value: 'a' })
  const committed = tx.commit()
  await rig.rig.clock.advance(100)
  const since = rig.rig.clock.monotonic()
  const failures = Promise.all([rig.failure(sent), rig.failure(committed)])
  await rig.done(rig.producer.stop())
  assert.ok(rig.rig.clock.monotonic() - since < 100)
  for (const error of await failures) assert.match(error.message, 'closed')
  await rig.kafka.broker(1).resume()
  await rig.close()
})

test.run()
