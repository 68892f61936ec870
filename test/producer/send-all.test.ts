import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lastValueFrom, take, toArray, type Observable } from 'rxjs'
import {
  ArgumentError,
  AuthenticationError,
  ClosedError,
  DeliveryError,
  FailedMessagesError,
  MessageTooLargeError,
} from '../../src/kernel'
import { Producer, type ProducerEvent, type ProducerOptions, type SentMessage } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  await cluster.settled(producer.send({ topic: 'orders', value: 'first' }))
  return { cluster, log: partition!.log, producer, events }
}

const order = (index: number) => ({ topic: 'orders', value: `${index}`, passThrough: index })
/** Refused when it is sent. */
const wrong = (index: number) => ({ ...order(index), topic: 'a/b' })

function* orders(count = Infinity) {
  for (let index = 0; index < count; index++) yield order(index)
}

/** An iterable of orders that tells what is done with it. */
function watched(count = Infinity) {
  const seen = { begun: 0, read: 0, returned: 0 }
  const source = {
    [Symbol.iterator]: () => {
      seen.begun++
      let index = 0
      return {
        next: () => {
          if (index >= count) return { done: true as const, value: undefined }
          seen.read++
          return { done: false as const, value: order(index++) }
        },
        return: () => {
          seen.returned++
          return { done: true as const, value: undefined }
        },
      }
    },
  }
  return { seen, source }
}

/** What is told, as it comes. */
function listen<T>(results: Observable<T>) {
  const told = { results: [] as T[], error: undefined as unknown, isComplete: false }
  const subscription = results.subscribe({
    next: result => told.results.push(result),
    error: (error: unknown) => (told.error = error),
    complete: () => (told.isComplete = true),
  })
  const passed = () => told.results.map(result => (result as SentMessage<number>).passThrough)
  return { told, subscription, passed }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

test('the messages of an array are sent in order, and each result says where it landed and brings back what came with it', async () => {
  const { cluster, log, producer } = await setUp()
  const results = await cluster.settled(
    lastValueFrom(producer.sendAll(numbers(3).map(order)).pipe(toArray())),
  )
  assert.equal(
    results.map(result => ({ ...result })),
    numbers(3).map(index => ({
      topic: 'orders',
      partition: 0,
      offset: BigInt(index + 1),
      timestamp: -1n,
      passThrough: index,
    })),
  )
  assert.equal(log.values, ['first', '0', '1', '2'])
})

test('a source with nothing in it completes at once', async () => {
  const { producer } = await setUp()
  assert.ok(listen(producer.sendAll([])).told.isComplete)
})

test('messages of several partitions have their results in the order of the source, whichever lands first', async () => {
  const cluster = await ProduceCluster.start({ brokers: 2 })
  cluster.topic('orders', 2)
  const producer = new Producer(cluster.client())
  cluster.fault = broker => ({ delayMs: broker === 1 ? 500 : 0 })
  const messages = numbers(10).map(index => ({ ...order(index), partition: index % 2 }))
  const { told, passed } = listen(producer.sendAll(messages))
  await cluster.clock.advance(300)
  assert.equal(passed(), [])
  await cluster.clock.advance(1000)
  assert.equal(passed(), numbers(10))
  assert.ok(told.isComplete)
})

test('an async iterable is read one by one', async () => {
  const { cluster, log, producer } = await setUp()
  async function* slow() {
    for (const message of orders(5)) {
      await new Promise<void>(resolve => cluster.clock.after(10, resolve))
      yield message
    }
  }
  const { passed, told } = listen(producer.sendAll(slow()))
  await cluster.clock.advance(1000)
  assert.equal(passed(), numbers(5))
  assert.ok(told.isComplete)
  assert.is(log.messages.length, 6)
})

test('at most maxInFlight messages are read ahead of their results', async () => {
  const { cluster, producer } = await setUp()
  const { seen, source } = watched(100)
  cluster.fault = () => ({ delayMs: 10 })
  const ahead: number[] = []
  let isOver = false
  producer.sendAll(source, { maxInFlight: 7 }).subscribe({
    next: () => ahead.push(seen.read - ahead.length),
    error: assert.unreachable,
    complete: () => (isOver = true),
  })
  assert.is(seen.read, 7)
  await cluster.clock.until(() => isOver)
  assert.is(Math.max(...ahead), 7)
  assert.is(ahead.length, 100)
})

test('what stands at maxInFlight does not wait for bufferTime, and what is read in one turn leaves together', async () => {
  const { cluster, log, producer } = await setUp({ bufferTime: 1000 })
  const since = cluster.clock.monotonic()
  const begun = cluster.requests.length
  const { told, passed } = listen(producer.sendAll(orders(100), { maxInFlight: 10 }))
  await cluster.clock.until(() => log.messages.length === 101)
  assert.ok(cluster.clock.monotonic() - since < 100)
  assert.is(cluster.requests.length - begun, 10)
  await cluster.clock.until(() => told.isComplete)
  assert.equal(passed(), numbers(100))
})

test('what is read while it does not stand waits for company, as the options say', async () => {
  const { cluster, log, producer } = await setUp({ bufferTime: 1000 })
  const { told } = listen(producer.sendAll(orders(5), { maxInFlight: 10 }))
  await cluster.clock.advance(900)
  assert.is(log.messages.length, 1)
  await cluster.clock.until(() => told.isComplete)
})

test('what waits for room does not wait for bufferTime', async () => {
  // The second one needs more than is left beside the first, of which less than half is held.
  for (const sizes of [[1000], [16_000, 50_000]]) {
    const { cluster, log, producer } = await setUp({ bufferTime: 20_000, maxBufferedBytes: 65_536 })
    const since = cluster.clock.monotonic()
    const messages = numbers(50).map(index => ({
      ...order(index),
      value: Buffer.alloc(sizes[index % sizes.length]!),
    }))
    const { told } = listen(producer.sendAll(messages))
    await cluster.clock.until(() => told.isComplete || told.error !== undefined, 600_000)
    assert.is(log.messages.length, 51)
    // Only the last ones have nothing behind them that waits.
    assert.ok(cluster.clock.monotonic() - since < 21_000)
  }
})

test('what would pass maxBufferedBytes waits until there is room, and nothing fails', async () => {
  const { cluster, log, producer } = await setUp({ maxBufferedBytes: 40_000 })
  const { seen, source } = watched(200)
  const big = {
    *[Symbol.iterator]() {
      for (const message of source) yield { ...message, value: Buffer.alloc(1000) }
    },
  }
  const { passed, told } = listen(producer.sendAll(big))
  assert.ok(seen.read < 40)
  await cluster.clock.advance(1000)
  assert.is(told.error, undefined)
  assert.equal(passed(), numbers(200))
  assert.is(log.messages.length, 201)
})

test('a message for which there will never be room fails alone', async () => {
  const { cluster, producer } = await setUp({ maxBufferedBytes: 4000 })
  const messages = [order(0), { ...order(1), value: 'x'.repeat(5000) }, order(2)]
  const { told } = listen(producer.sendAll(messages, { onError: 'emit' }))
  await cluster.clock.advance(1000)
  assert.ok(told.isComplete)
  assert.equal(
    told.results.map(result => ('error' in result ? result.error.kind : result.passThrough)),
    [0, 'message-too-large', 2],
  )
})

test('by default all results are told, then comes an error that names those that failed', async () => {
  const { cluster, producer } = await setUp()
  const { passed, told } = listen(producer.sendAll([order(0), wrong(1), order(2), wrong(3)]))
  await cluster.clock.advance(100)
  assert.equal(passed(), [0, 2])
  const error = told.error as FailedMessagesError
  assert.instance(error, FailedMessagesError)
  assert.match(error.message, /sendAll: 2 of 4 messages failed; first: topic/)
  assert.equal([error.delivered, error.failed], [2, 2])
  assert.equal(
    error.failures.map(({ passThrough }) => passThrough),
    [1, 3],
  )
  assert.instance(error.failures[0]!.error, ArgumentError)
  assert.is(error.cause, error.failures[0]!.error)
})

test('of a million failures a hundred are kept', async () => {
  const { cluster, producer } = await setUp()
  const { told } = listen(producer.sendAll(numbers(1000).map(wrong)))
  await cluster.clock.advance(1)
  const { failed, failures } = told.error as FailedMessagesError
  assert.equal([failed, failures.length], [1000, 100])
})

test('with onError stop no more is read after a failure, and its error comes after the results before it', async () => {
  const { cluster, log, producer } = await setUp()
  let read = 0
  const source = {
    *[Symbol.iterator]() {
      for (; ; read++) yield read === 2 ? wrong(read) : order(read)
    },
  }
  const { passed, told } = listen(producer.sendAll(source, { onError: 'stop' }))
  assert.is(read, 2)
  assert.is(told.error, undefined)
  await cluster.clock.advance(100)
  assert.equal(passed(), [0, 1])
  assert.instance(told.error, ArgumentError)
  assert.equal(log.values, ['first', '0', '1'])
})

test('with onError emit a failure is a result, and the stream completes', async () => {
  const { cluster, producer } = await setUp()
  const { told } = listen(producer.sendAll([order(0), wrong(1), order(2)], { onError: 'emit' }))
  await cluster.clock.advance(100)
  assert.ok(told.isComplete)
  assert.equal(
    told.results.map(result => ('error' in result ? [result.error.kind, result.passThrough] : result.offset)),
    [1n, ['argument', 1], 2n],
  )
})

test('a batch that fails fails its messages, and nobody is told that it went unheard', async () => {
  const { cluster, producer, events } = await setUp()
  cluster.fault = () => ({ errorCode: 29 })
  const { told } = listen(producer.sendAll([order(0), order(1)]))
  await cluster.clock.advance(100)
  assert.is((told.error as FailedMessagesError).failed, 2)
  assert.instance((told.error as FailedMessagesError).cause, DeliveryError)
  assert.not(events.some(({ type }) => type === 'delivery-unheard'))
})

for (const onError of ['delay', 'stop', 'emit'] as const) {
  test(`a producer that is fenced ends the stream at once with onError ${onError}`, async () => {
    const cluster = await ProduceCluster.start({ brokers: 2 })
    cluster.topic('orders', 2)
    const producer = new Producer(cluster.client())
    cluster.fault = broker => (broker === 1 ? { isSwallowed: true } : { errorCode: 90 })
    const { seen, source } = watched()
    const spread = {
      *[Symbol.iterator]() {
        for (const message of source) yield { ...message, partition: message.passThrough % 2 }
      },
    }
    const { told } = listen(producer.sendAll(spread, { onError, maxInFlight: 10 }))
    await cluster.clock.advance(1000)
    assert.match(String(told.error), 'PRODUCER_FENCED')
    assert.equal([told.results.length, seen.read, seen.returned], [0, 10, 1])
    await cluster.settled(producer.stop())
  })
}

test('a broker that does not take who we are ends the stream at once', async () => {
  const { cluster, producer } = await setUp()
  const refused = new AuthenticationError('broker1:9092', 'wrong password')
  const { seen, source } = watched()
  const { told } = listen(
    new Producer(cluster.client(), {
      serializer: (): string => {
        throw refused
      },
    }).sendAll(source, { onError: 'emit' }),
  )
  assert.is((told.error as Error).cause, refused)
  assert.equal([seen.read, seen.returned], [1, 1])
  await cluster.settled(producer.close())
})

test('a producer that is closed reads no more; what was accepted is told, then ClosedError', async () => {
  const { cluster, producer } = await setUp()
  cluster.fault = () => ({ delayMs: 100 })
  const { seen, source } = watched()
  const { told, passed } = listen(producer.sendAll(source, { maxInFlight: 5, onError: 'emit' }))
  await cluster.clock.advance(1)
  await cluster.settled(producer.close())
  assert.equal(passed(), numbers(5))
  assert.instance(told.error, ClosedError)
  assert.is(seen.returned, 1)
})

test('an error of the source comes after the results of what was read before it', async () => {
  const { cluster, producer } = await setUp()
  const broken = new Error('broken')
  function* source() {
    yield* orders(3)
    throw broken
  }
  async function* asyncSource() {
    yield* source()
  }
  for (const from of [source, asyncSource]) {
    const { told, passed } = listen(producer.sendAll<ReturnType<typeof order>>(from()))
    await cluster.clock.advance(100)
    assert.equal(passed(), numbers(3))
    assert.is(told.error, broken)
  }
})

test('a source that is no source, or answers what is no result, is an error of the stream', async () => {
  const { cluster, producer } = await setUp()
  const sources = [
    { [Symbol.iterator]: () => ({ next: () => 7 }) },
    { [Symbol.asyncIterator]: () => ({ next: () => 7 }) },
    {
      [Symbol.iterator]: () => {
        throw new ArgumentError('source', 0, 'another')
      },
    },
  ]
  for (const source of sources) {
    // @ts-expect-error -- what a caller in JavaScript may give
    const { told } = listen(producer.sendAll(source))
    await cluster.clock.advance(1)
    assert.instance(told.error, ArgumentError)
  }
})

test('bad options and an Observable for a source are told through the stream', async () => {
  const { producer } = await setUp()
  // @ts-expect-error -- what a caller in JavaScript may give
  assert.match(String(listen(producer.sendAll([], { maxInflight: 1 })).told.error), 'maxInflight')
  const wrongSource: unknown = producer.sendAll([])
  assert.match(
    String(listen(producer.sendAll(wrongSource as never[])).told.error),
    /source.pipe\(producer.sendAll/,
  )
})

test('messages that are none fail alone', async () => {
  const { cluster, producer } = await setUp()
  const { told } = listen(producer.sendAll([order(0), undefined as never, null as never, order(3)]))
  await cluster.clock.advance(100)
  assert.equal([told.results.length, (told.error as FailedMessagesError).failed], [2, 2])
})

test('each subscription reads the source anew, and none reads it before', async () => {
  const { cluster, log, producer } = await setUp()
  const { seen, source } = watched(2)
  const results = producer.sendAll(source)
  assert.is(seen.begun, 0)
  await cluster.settled(lastValueFrom(results))
  await cluster.settled(lastValueFrom(results))
  assert.is(seen.begun, 2)
  assert.equal(log.values, ['first', '0', '1', '0', '1'])
})

test('whoever unsubscribes stops the reading, and what was accepted is delivered', async () => {
  const { cluster, log, producer } = await setUp({ bufferTime: 50 })
  const { seen, source } = watched()
  const { subscription, told } = listen(producer.sendAll(source, { maxInFlight: 3 }))
  subscription.unsubscribe()
  await cluster.clock.advance(200)
  assert.equal([seen.read, seen.returned, told.results.length], [3, 1, 0])
  assert.equal(log.values, ['first', '0', '1', '2'])
})

test('with abandon whoever unsubscribes takes back what is not sealed', async () => {
  const { cluster, log, producer, events } = await setUp({ bufferTime: 50, bufferCount: 2 })
  const { source } = watched()
  const { subscription } = listen(producer.sendAll(source, { maxInFlight: 3, onUnsubscribe: 'abandon' }))
  subscription.unsubscribe()
  await cluster.clock.advance(200)
  assert.equal(log.values, ['first', '0', '1'])
  assert.not(events.some(({ type }) => type === 'delivery-unheard'))
})

test('a failure after the end of the stream counts as unheard', async () => {
  const { cluster, producer, events } = await setUp()
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => undefined
  cluster.fault = () => ({ errorCode: 29, delayMs: 10 })
  const { subscription } = listen(producer.sendAll([order(0), order(1)]))
  subscription.unsubscribe()
  await cluster.clock.advance(100)
  process.emitWarning = emitWarning
  const unheard = events.filter(event => event.type === 'delivery-unheard')
  assert.equal(
    unheard.map(({ deliveries }) => deliveries),
    [2],
  )
})

test('take ends the reading, also of an endless source whose every message is refused', async () => {
  const { cluster, producer } = await setUp()
  let read = 0
  const endless = {
    *[Symbol.iterator]() {
      try {
        for (;;) yield wrong(read++)
      } finally {
        read = -read
      }
    },
  }
  const { told } = listen(producer.sendAll(endless, { onError: 'emit' }).pipe(take(3)))
  assert.ok(told.isComplete)
  assert.is(read, -3)
  await cluster.settled(producer.close())
})

test('a source that makes its reader leave while it is being read is closed once it has answered', async () => {
  const { cluster, log, producer } = await setUp()
  let isClosed = false
  const holder: { leave?: () => void } = {}
  function* source() {
    try {
      yield order(0)
      holder.leave!()
      yield order(1)
    } finally {
      isClosed = true
    }
  }
  const { subscription } = listen(producer.sendAll(source(), { maxInFlight: 1 }))
  holder.leave = () => subscription.unsubscribe()
  await cluster.clock.advance(100)
  assert.ok(isClosed)
  assert.equal(log.values, ['first', '0'])
})

test('an async iterator is closed when its reader leaves while it waits for it', async () => {
  const { cluster, producer } = await setUp()
  let returned = 0
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<ReturnType<typeof order>>>(() => undefined),
      return: () => {
        returned++
        return Promise.reject(new Error('nobody hears this'))
      },
    }),
  }
  const { subscription } = listen(producer.sendAll(source))
  subscription.unsubscribe()
  await cluster.clock.advance(1)
  assert.is(returned, 1)
})

test('an iterator that throws when it is closed harms nobody', async () => {
  const { producer } = await setUp()
  const { source } = watched()
  const angry = {
    [Symbol.iterator]: () => ({
      ...source[Symbol.iterator](),
      return: (): never => {
        throw new Error('no')
      },
    }),
  }
  listen(producer.sendAll(angry, { maxInFlight: 1 })).subscription.unsubscribe()
})

test('other things have their turn while messages are refused one after the other', async () => {
  const { cluster, producer } = await setUp()
  let isOver = false
  async function* endless() {
    while (!isOver) yield wrong(0)
  }
  for (const source of [
    endless(),
    {
      *[Symbol.iterator]() {
        while (!isOver) yield wrong(0)
      },
    },
  ]) {
    isOver = false
    const { told } = listen(producer.sendAll(source))
    cluster.clock.soon(() => (isOver = true))
    await cluster.clock.until(() => told.error !== undefined)
    assert.instance(told.error, FailedMessagesError)
  }
})

test('a message that is sent while a result is told has its result in its turn', async () => {
  const { cluster, log, producer } = await setUp()
  const inner: unknown[] = []
  const { passed } = listen(producer.sendAll(orders(3), { maxInFlight: 1 }))
  producer.sendAll(orders(1)).subscribe({
    next: () =>
      producer.sendAll([order(100), wrong(101)], { onError: 'emit' }).subscribe({
        next: result => inner.push(result.passThrough),
        error: assert.unreachable,
      }),
    error: assert.unreachable,
  })
  await cluster.clock.advance(1000)
  assert.equal(passed(), numbers(3))
  assert.equal(inner, [100, 101])
  assert.is(log.messages.length, 6)
})

test('a hundred thousand messages of one iterable are read with a bounded number under way, and a flat stack', async () => {
  const { cluster, log, producer } = await setUp()
  const count = 100_000
  const { seen, source } = watched(count)
  let told = 0
  let mostAhead = 0
  let isOver = false
  producer.sendAll(source).subscribe({
    next: () => {
      mostAhead = Math.max(mostAhead, seen.read - told++)
    },
    error: assert.unreachable,
    complete: () => (isOver = true),
  })
  await cluster.clock.until(() => isOver)
  assert.equal([told, log.messages.length], [count, count + 1])
  assert.ok(mostAhead <= 10_000)
})

test('a message of sendAll that is too large for the memory leaves the producer as it was', async () => {
  const { cluster, producer } = await setUp({ maxBufferedBytes: 4000 })
  const { told } = listen(producer.sendAll([{ ...order(0), value: 'x'.repeat(9000) }]))
  assert.instance((told.error as FailedMessagesError).cause, MessageTooLargeError)
  await cluster.settled(producer.send({ topic: 'orders', value: 'b' }))
})

test.run()
