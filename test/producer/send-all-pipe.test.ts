import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { concat, from, map, of, Subject, take, throwError } from 'rxjs'
import { BufferFullError, FailedMessagesError } from '../../src/kernel'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  await cluster.settled(producer.send({ topic: 'orders', value: 'first' }))
  const passed: unknown[] = []
  const told = { error: undefined as unknown, isComplete: false }
  const observer = {
    next: ({ passThrough }: { passThrough: unknown }) => passed.push(passThrough),
    error: (error: unknown) => (told.error = error),
    complete: () => (told.isComplete = true),
  }
  return { cluster, log: partition!.log, producer, events, passed, told, observer }
}

const order = (index: number) => ({ topic: 'orders', value: `${index}`, passThrough: index })

test('in a pipe it sends what comes, and tells the results in order', async () => {
  const { cluster, producer, observer, passed, told, log } = await setUp()
  const source = new Subject<number>()
  source.pipe(map(order), producer.sendAll({ maxInFlight: 10_000 })).subscribe(observer)
  for (const index of [0, 1]) source.next(index)
  await cluster.clock.advance(100)
  assert.equal(passed, [0, 1])
  source.next(2)
  source.complete()
  assert.not(told.isComplete)
  await cluster.clock.advance(100)
  assert.equal(passed, [0, 1, 2])
  assert.ok(told.isComplete)
  assert.equal(log.values, ['first', '0', '1', '2'])
})

test('a source over maxInFlight is left; the results before come, then BufferFullError', async () => {
  const { cluster, producer, observer, passed, told } = await setUp()
  let read = 0
  function* endless() {
    for (;;) yield order(read++)
  }
  from(endless())
    .pipe(producer.sendAll({ maxInFlight: 3 }))
    .subscribe(observer)
  assert.is(read, 4)
  await cluster.clock.advance(100)
  assert.equal(passed, [0, 1, 2])
  assert.instance(told.error, BufferFullError)
  assert.match(String(told.error), /3 messages are under way \(maxInFlight\).*iterable.*overflow: 'drop'/)
})

test('a source over maxBufferedBytes is left; the results before come, then BufferFullError', async () => {
  const { cluster, producer, observer, passed, told } = await setUp({ maxBufferedBytes: 20_000 })
  const source = new Subject<number>()
  source
    .pipe(
      map(index => ({ ...order(index), value: 'x'.repeat(1000) })),
      producer.sendAll(),
    )
    .subscribe(observer)
  for (let index = 0; index < 100; index++) source.next(index)
  assert.not(source.observed)
  await cluster.clock.advance(100)
  assert.ok(passed.length > 5 && passed.length < 20)
  assert.equal(
    passed,
    passed.map((_, index) => index),
  )
  assert.instance(told.error, BufferFullError)
  assert.match(String(told.error), /maxBufferedBytes \(20000\)/)
})

test('with overflow drop what finds no room is left out, and events tell of it', async () => {
  const { cluster, producer, observer, passed, told, events } = await setUp()
  const source = new Subject<number>()
  source.pipe(map(order), producer.sendAll({ maxInFlight: 2, overflow: 'drop' })).subscribe(observer)
  for (const index of [0, 1, 2, 3]) source.next(index)
  await cluster.clock.advance(100)
  source.next(4)
  source.complete()
  await cluster.clock.advance(100)
  assert.equal(passed, [0, 1, 4])
  assert.ok(told.isComplete)
  const dropped = events.filter(event => event.type === 'message-dropped')
  assert.equal(
    dropped.map(({ passThrough, topic }) => [passThrough, topic]),
    [
      [2, 'orders'],
      [3, 'orders'],
    ],
  )
  assert.match(dropped[0]!.reason, 'maxInFlight')
})

test('what is dropped for lack of memory leaves nothing behind', async () => {
  const { cluster, producer, observer, passed, told, events } = await setUp({ maxBufferedBytes: 20_000 })
  const source = new Subject<number>()
  const large = map((index: number) => ({ ...order(index), value: 'x'.repeat(1000) }))
  source.pipe(large, producer.sendAll({ overflow: 'drop', maxInFlight: 100 })).subscribe(observer)
  for (let index = 0; index < 1000; index++) source.next(index)
  const accepted = 1000 - events.filter(({ type }) => type === 'message-dropped').length
  assert.ok(accepted > 5 && accepted < 20)
  await cluster.clock.advance(100)
  source.next(1000)
  source.complete()
  await cluster.clock.advance(100)
  assert.is(passed.length, accepted + 1)
  assert.is(passed.at(-1), 1000)
  assert.ok(told.isComplete)
})

test('an error of the source comes after the results of what it gave before', async () => {
  const { cluster, producer, observer, passed, told } = await setUp()
  const broken = new Error('broken')
  concat(
    of(order(0), order(1)),
    throwError(() => broken),
  )
    .pipe(producer.sendAll())
    .subscribe(observer)
  await cluster.clock.advance(100)
  assert.equal(passed, [0, 1])
  assert.is(told.error, broken)
})

test('a message that is wrong fails alone, in its turn', async () => {
  const { cluster, producer, observer, passed, told } = await setUp()
  of(order(0), { ...order(1), topic: '' }, order(2))
    .pipe(producer.sendAll())
    .subscribe(observer)
  await cluster.clock.advance(100)
  assert.equal(passed, [0, 2])
  assert.instance(told.error, FailedMessagesError)
})

test('whoever leaves leaves the source too, and what was accepted is delivered', async () => {
  const { cluster, producer, observer, log } = await setUp()
  const source = new Subject<number>()
  const subscription = source.pipe(map(order), producer.sendAll()).subscribe(observer)
  source.next(0)
  subscription.unsubscribe()
  assert.not(source.observed)
  source.next(1)
  await cluster.clock.advance(100)
  assert.equal(log.values, ['first', '0'])
})

test('take leaves the source', async () => {
  const { cluster, producer, observer, passed } = await setUp()
  const source = new Subject<number>()
  source.pipe(map(order), producer.sendAll(), take(1)).subscribe(observer)
  source.next(0)
  source.next(1)
  await cluster.clock.advance(100)
  assert.equal(passed, [0])
  assert.not(source.observed)
})

test('a result may bring the next message of the same source', async () => {
  const { cluster, producer, passed, log } = await setUp()
  const source = new Subject<number>()
  source.pipe(map(order), producer.sendAll()).subscribe({
    next: ({ passThrough }) => {
      passed.push(passThrough)
      if (passThrough < 5) source.next(passThrough + 1)
      else source.complete()
    },
    error: assert.unreachable,
  })
  source.next(0)
  await cluster.clock.advance(1000)
  assert.equal(passed, [0, 1, 2, 3, 4, 5])
  assert.is(log.messages.length, 7)
})

test('results come in the order of the source also when a partitioner brings the next message', async () => {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders')
  const source = new Subject<ReturnType<typeof order>>()
  let isFirst = true
  const producer = new Producer(cluster.client(), {
    keyMaker: () => {
      if (isFirst) {
        isFirst = false
        source.next(order(1))
      }
      return null
    },
  })
  const passed: number[] = []
  source.pipe(producer.sendAll()).subscribe({
    next: ({ passThrough }) => passed.push(passThrough),
    error: assert.unreachable,
  })
  source.next(order(0))
  await cluster.clock.advance(1000)
  assert.equal(passed, [0, 1])
})

test('with abandon a message whose own key makes its reader leave is not sent', async () => {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const source = new Subject<ReturnType<typeof order>>()
  const holder: { leave?: () => void } = {}
  const producer = new Producer(cluster.client(), {
    keyMaker: () => {
      holder.leave!()
      return null
    },
  })
  const subscription = source
    .pipe(producer.sendAll({ onUnsubscribe: 'abandon' }))
    .subscribe({ error: assert.unreachable })
  holder.leave = () => subscription.unsubscribe()
  source.next(order(0))
  await cluster.clock.advance(1000)
  assert.equal(partition!.log.values, [])
})

test.run()
