import { concat, defer, from, ignoreElements, lastValueFrom, take, throwError, toArray } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith } from '../../../src/broker'
import {
  BufferFullError,
  FailedMessagesError,
  MessageTooLargeError,
  FencedError,
  KafkaError,
  TransactionAbortedError,
  TransactionStateError,
} from '../../../src/kernel'
import type { ProducerOptions } from '../../../src/producer'
import { Apis } from '../../../src/protocol'
import { ProducingRig } from './producing-rig'

const order = (index: number, value: string = `${index}`) => ({
  topic: 'orders',
  partition: index % 2,
  value,
  passThrough: index,
})
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
const tooLarge = (index: number) => order(index, 'x'.repeat(2000))

/** What comes, and how it ends; what it ends with is heard and forgotten. */
function listen<T>(rig: ProducingRig, results: { forEach(next: (result: T) => void): Promise<void> }) {
  const told: T[] = []
  const end = results.forEach(result => void told.push(result)).catch((error: unknown) => error)
  return { told, end: () => rig.done(end) }
}

async function withRig(options: ProducerOptions, work: (rig: ProducingRig) => Promise<void>): Promise<void> {
  const rig = await ProducingRig.start({ producer: options })
  await work(rig)
  await rig.close()
}

/** Another transaction can be committed, and it is the only one that was. */
async function nothingCommitted(rig: ProducingRig): Promise<void> {
  await rig.done(rig.producer.transaction(tx => tx.sendAll([order(0, 'next')])))
  await rig.settled()
  assert.equal(rig.committed(), ['next'])
}

for (const versions of ['4.3', '2.8'] as const)
  test(`${versions}: a whole source is committed with the transaction, whatever its size, and its results come in order`, async () => {
    const rig = await ProducingRig.start({ versions, producer: { maxBufferedBytes: 200_000 } })
    const big = numbers(300).map(index => order(index, `${index}`.padEnd(5000, '.')))
    const results = await rig.done(
      rig.producer.transaction(tx =>
        concat(tx.sendAll(big, { maxInFlight: 200 }), from([order(300)]).pipe(tx.sendAll())).pipe(toArray()),
      ),
    )
    assert.equal(
      results.map(({ passThrough, partition }) => [passThrough, partition]),
      numbers(301).map(index => [index, index % 2]),
    )
    await rig.settled()
    assert.is(rig.committed().length, 301)
    await rig.close()
  })

test('a message that the broker refuses aborts, whatever onError says', () =>
  withRig({}, async rig => {
    for (const onError of ['delay', 'emit'] as const) {
      rig.kafka.faults.once(Apis.Produce, answerWith('MESSAGE_TOO_LARGE'))
      const tx = await rig.done(rig.producer.begin())
      const results = onError === 'emit' ? tx.sendAll([order(0)], { onError }) : tx.sendAll([order(0)])
      const { told, end } = listen<object>(rig, results)
      if (onError === 'emit') assert.ok(!(await end()) && 'error' in told[0]!)
      else assert.instance(await end(), FailedMessagesError)
      const error = await rig.failure(tx.commit())
      assert.instance(error, TransactionAbortedError)
      assert.match(error.message, 'MESSAGE_TOO_LARGE')
    }
    await nothingCommitted(rig)
  }))

test('a message that cannot be sent aborts, and no more is read', () =>
  withRig({ maxBatchBytes: 1000 }, async rig => {
    let read = 0
    function* endless() {
      for (; ; read++) yield read === 3 ? tooLarge(read) : order(read)
    }
    const tx = await rig.done(rig.producer.begin())
    const { end } = listen(rig, tx.sendAll(endless(), { onError: 'emit' }))
    const stopped = await end()
    assert.instance(stopped, TransactionAbortedError)
    assert.match((stopped as Error).message, /1000/)
    assert.ok(read < 10)
    assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
    await nothingCommitted(rig)
  }))

test('one for which there will never be room aborts too', () =>
  withRig({ maxBufferedBytes: 1000 }, async rig => {
    const tx = await rig.done(rig.producer.begin())
    const { told, end } = listen<object>(rig, tx.sendAll([tooLarge(0)], { onError: 'emit' }))
    assert.is(await end(), undefined)
    assert.instance((told[0] as { error: unknown }).error, MessageTooLargeError)
    assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
    await rig.settled()
    assert.equal(rig.committed(), [])
  }))

test('a source that fails aborts, even if nobody minds, and leaves the producer as it is', () =>
  withRig({}, async rig => {
    const fenced = new FencedError('another', new TransactionStateError('gone'))
    for (const failure of [new Error('disk full'), fenced]) {
      const tx = await rig.done(rig.producer.begin())
      const source = concat(
        from([order(0)]),
        throwError(() => failure),
      )
      assert.is(await listen(rig, source.pipe(tx.sendAll())).end(), failure)
      const error = await rig.failure(tx.commit())
      assert.instance(error, TransactionAbortedError)
      assert.ok(error.message.includes(failure.message))
    }
    await nothingCommitted(rig)
  }))

test('bad options abort, and so does what is no source', () =>
  withRig({}, async rig => {
    for (const options of [{ maxInFlight: -1 }, { onEror: 'emit' }]) {
      const tx = await rig.done(rig.producer.begin())
      assert.instance(await listen(rig, tx.sendAll([order(0)], options)).end(), KafkaError)
      assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
    }
    const tx = await rig.done(rig.producer.begin())
    assert.instance(await listen(rig, tx.sendAll(from([order(0)]) as never)).end(), KafkaError)
    assert.instance(await rig.failure(tx.commit()), TransactionAbortedError)
    await nothingCommitted(rig)
  }))

test('a commit while a sendAll goes on aborts, and says what to do', () =>
  withRig({}, async rig => {
    const tx = await rig.done(rig.producer.begin())
    const { end } = listen(rig, tx.sendAll(numbers(10).map(index => order(index))))
    const error = await rig.failure(tx.commit())
    assert.instance(error, TransactionAbortedError)
    assert.match(error.message, 'a sendAll goes on: return it or wait for it')
    assert.instance(await end(), KafkaError)
    await nothingCommitted(rig)
  }))

test('whoever hears of its end may commit at once', () =>
  withRig({}, async rig => {
    const tx = await rig.done(rig.producer.begin())
    const committed = new Promise<void>((resolve, reject) => {
      const complete = () => void tx.commit().then(resolve, reject)
      tx.sendAll([order(0)]).subscribe({ error: reject, complete })
    })
    await rig.done(committed)
    await rig.settled()
    assert.equal(rig.committed(), ['0'])
  }))

test('what finds no room in a pipe aborts, unless it may be dropped', () =>
  withRig({}, async rig => {
    const source = from(numbers(10).map(index => order(index)))
    const tx = await rig.done(rig.producer.begin())
    assert.instance(await listen(rig, source.pipe(tx.sendAll({ maxInFlight: 4 }))).end(), BufferFullError)
    assert.match((await rig.failure(tx.commit())).message, 'maxInFlight')
    const dropping = await rig.done(rig.producer.begin())
    const results$ = source.pipe(dropping.sendAll({ maxInFlight: 4, overflow: 'drop' }), ignoreElements())
    await listen(rig, results$).end()
    await rig.done(dropping.commit())
    await rig.settled()
    assert.equal(rig.committed().sort(), ['0', '1', '2', '3'])
  }))

test('whoever leaves wants no more: what was accepted is committed', () =>
  withRig({}, async rig => {
    const tx = await rig.done(rig.producer.begin())
    const endless = defer(() =>
      tx.sendAll(
        numbers(100).map(index => order(index)),
        { maxInFlight: 6 },
      ),
    )
    await rig.done(lastValueFrom(endless.pipe(take(2))))
    await rig.done(tx.commit())
    await rig.settled()
    assert.ok(rig.committed().length >= 6 && rig.committed().length < 20)
  }))

test('in a transaction that is over nothing is read on, and the next one is not harmed', () =>
  withRig({}, async rig => {
    const over = await rig.done(rig.producer.begin())
    await rig.done(over.commit())
    const next = await rig.done(rig.producer.begin())
    function* endless() {
      for (let index = 0; ; index++) yield tooLarge(index)
    }
    const broken$ = throwError(() => new Error('broken'))
    assert.match(String(await listen(rig, over.sendAll(endless())).end()), 'begin another one')
    assert.match(String(await listen(rig, broken$.pipe(over.sendAll())).end()), 'broken')
    await rig.done(lastValueFrom(next.sendAll([order(0)])))
    await rig.done(next.commit())
    await rig.settled()
    assert.equal(rig.committed(), ['0'])
  }))

test('a sendAll of the producer itself reads no more than one message of a transactional producer', () =>
  withRig({}, async rig => {
    let read = 0
    function* endless() {
      for (; ; read++) yield order(read)
    }
    assert.match(String(await listen(rig, rig.producer.sendAll(endless())).end()), 'tx.send or tx.sendAll')
    assert.is(read, 0)
  }))

test.run()
