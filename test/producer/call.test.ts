import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { KafkaClient } from '../../src/client'
import type { KafkaError } from '../../src/kernel'
import { ArgumentError, BrokerError, BufferFullError, CancelledError, TimeoutError } from '../../src/kernel'
import { Producer, type ProducerEvent, type ProducerOptions } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

async function setUp(options: ProducerOptions = {}) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(), options)
  const events: ProducerEvent[] = []
  producer.events$.subscribe({ next: event => events.push(event) })
  const send = (value: string | Buffer) => producer.send({ topic: 'orders', partition: 0, value })
  return { cluster, log: partition!.log, producer, events, send }
}

/** The process warnings that came while `act` ran. */
async function warnings(act: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = []
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning: string | Error) => void seen.push(String(warning))
  try {
    await act()
  } finally {
    process.emitWarning = emitWarning
  }
  return seen
}

test('nothing has to be subscribed to or awaited for messages to be sent', async () => {
  const { cluster, log, send } = await setUp()
  send('a')
  await cluster.clock.advance(100)
  assert.equal(log.values, ['a'])
})

test('whoever stops listening does not take the message back', async () => {
  const { cluster, log, send } = await setUp()
  send('a').subscribe({ error: assert.unreachable }).unsubscribe()
  await cluster.clock.advance(100)
  assert.equal(log.values, ['a'])
})

const wrongSends: readonly [string, (producer: Producer) => PromiseLike<unknown>, RegExp][] = [
  // @ts-expect-error -- what a caller in JavaScript may give
  ['nothing', producer => producer.send(), /message: expected an object with topic and value, got undefined/],
  ['no topic', producer => producer.send({ topic: '', value: 'a' }), /topic/],
  ['a topic that cannot be', producer => producer.send({ topic: 'a/b', value: 'a' }), /topic/],
  // @ts-expect-error -- the same
  ['a number as value', producer => producer.send({ topic: 'orders', value: 7 }), /value.*7/],
  // @ts-expect-error -- the same
  ['no value', producer => producer.send({ topic: 'orders' }), /value/],
  // @ts-expect-error -- the same
  ['an object as key', producer => producer.send({ topic: 'orders', key: {}, value: 'a' }), /key/],
  [
    'headers that are no pairs',
    // @ts-expect-error -- the same
    producer => producer.send({ topic: 'orders', value: 'a', headers: { trace: '7' } }),
    /header/,
  ],
  [
    'a timestamp that is none',
    producer => producer.send({ topic: 'orders', value: 'a', timestamp: new Date(NaN) }),
    /timestamp/,
  ],
  ['no messages', producer => producer.sendMessages('orders', null, []), /messages: expected an array/],
  [
    'a text for messages',
    // @ts-expect-error -- the same
    producer => producer.sendMessages('orders', null, 'abc'),
    /messages: expected an array/,
  ],
  [
    'one wrong message of several',
    // @ts-expect-error -- the same
    producer => producer.sendMessages('orders', null, ['a', 7]),
    /messages\[1\]\.value/,
  ],
]

for (const [what, send, text] of wrongSends) {
  test(`${what} is refused at once through the delivery, with an ArgumentError`, async () => {
    const { cluster, producer } = await setUp()
    const error = await cluster.failure(send(producer), 0)
    assert.instance(error, ArgumentError)
    assert.match(String(error), text)
  })
}

test('options that cannot be are refused by the constructor', async () => {
  const { cluster } = await setUp()
  const client = cluster.client()
  const wrong = [
    { acks: 2 },
    { compression: 'brotli' },
    { bufferTime: -1 },
    { partitioner: 7 },
    { buffertime: 1 },
    { compressionLevel: 50, compression: 'gzip' },
    { compressionLevel: 1 },
    { bufferTime: 120_000 },
    { lingerMs: 5, bufferTime: 6 },
    { maxBatchBytes: 2000, maxBufferedBytes: 1000 },
    { bufferBytes: 2000, maxBatchBytes: 1000 },
  ]
  for (const options of wrong) {
    assert.throws(
      // @ts-expect-error -- what a caller in JavaScript may give
      () => new Producer(client, options),
      (error: unknown) => error instanceof ArgumentError && error.message.includes(Object.keys(options)[0]!),
    )
  }
})

test('past maxBufferedBytes a send fails at once, and ready tells when half is free', async () => {
  const { cluster, producer, send, log } = await setUp({ maxBufferedBytes: 14_000 })
  await cluster.settled(send('first'))
  cluster.fault = () => ({ delayMs: 100 })
  const value = Buffer.alloc(3000)
  const sent = []
  for (let i = 0; i < 3; i++) {
    sent.push(send(value))
    await cluster.clock.advance(1)
  }
  const error = await cluster.failure(send(value), 0)
  assert.instance(error, BufferFullError)
  assert.ok((error as KafkaError).retriable)
  assert.match(String(error), 'ready()')
  const since = cluster.clock.monotonic()
  await cluster.settled(producer.ready())
  assert.ok(cluster.clock.monotonic() > since)
  await cluster.settled(Promise.all([...sent, send(value)]))
  assert.is(log.messages.length, 5)
  await cluster.settled(producer.ready(), 0)
})

test('an error for lack of room says for which broker most of it is, and since when that has been silent', async () => {
  const cluster = await ProduceCluster.start({ brokers: 2 })
  cluster.topic('orders', 3)
  const producer = new Producer(cluster.client(), { maxBufferedBytes: 100_000 })
  const send = (partition: number, bytes: number) =>
    producer.send({ topic: 'orders', partition, value: Buffer.alloc(bytes) })
  await cluster.settled(Promise.all([0, 1, 2].map(partition => send(partition, 1))))
  cluster.fault = broker => ({ isLost: broker === 2, delayMs: 500 })
  for (const [partition, bytes] of [
    [0, 20_000],
    [1, 30_000],
    [2, 1000],
  ] as const)
    send(partition, bytes).subscribe({ error: () => undefined })
  const full = async () => String(await cluster.failure(send(1, 90_000), 0))
  await cluster.clock.advance(300)
  const [, bytes, silentMs] =
    /(\d+) bytes of it are for broker 2 \(broker2:9092\), which has not answered for (\d+) ms$/.exec(
      await full(),
    )!
  assert.ok(Number(bytes) > 30_000 && Number(bytes) < 31_000)
  assert.ok(Number(silentMs) > 250 && Number(silentMs) <= 300)
  cluster.network.refuse('broker2:9092')
  cluster.cut(2)
  await cluster.clock.advance(5000)
  assert.match(await full(), /of it are for broker 2 \(broker2:9092\), which is not connected$/)
  await cluster.settled(producer.stop())
})

test('a partition that nobody leads is named when most of the room is taken for it', async () => {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  cluster.move(partition!, -1)
  const producer = new Producer(cluster.client(), { maxBufferedBytes: 50_000 })
  const sent = producer.send({ topic: 'orders', value: Buffer.alloc(20_000) })
  await cluster.clock.advance(1000)
  const error = await cluster.failure(producer.send({ topic: 'orders', value: Buffer.alloc(40_000) }), 0)
  assert.match(String(error), /of it are for orders\/0, which has no leader$/)
  await cluster.settled(Promise.all([producer.stop(), sent.catch(() => undefined)]))
})

test('who waits for room does not wait for bufferTime', async () => {
  const { cluster, producer, send } = await setUp({ maxBufferedBytes: 14_000, bufferTime: 60_000 })
  const first = send('first')
  await cluster.settled(producer.flush())
  await cluster.settled(first)
  const sent = [send(Buffer.alloc(3000)), send(Buffer.alloc(6000))]
  const since = cluster.clock.monotonic()
  await cluster.settled(producer.ready())
  await cluster.settled(Promise.all(sent))
  assert.ok(cluster.clock.monotonic() - since < 1000)
})

test('nor when his topic was not known before', async () => {
  const { cluster, producer } = await setUp({ maxBufferedBytes: 14_000, bufferTime: 60_000 })
  const sent = producer.send({ topic: 'later', value: Buffer.alloc(9000) })
  const ready = producer.ready()
  cluster.topic('later')
  const since = cluster.clock.monotonic()
  await cluster.settled(Promise.all([ready, sent]))
  assert.ok(cluster.clock.monotonic() - since < 1000)
})

test('messages that failed or were taken back leave room for others', async () => {
  const { cluster, send, producer } = await setUp({ maxBufferedBytes: 5000, bufferTime: 1000 })
  for (let i = 0; i < 10; i++) assert.ok(send(Buffer.alloc(4000)).cancel())
  for (let i = 0; i < 3; i++) {
    const unknown = producer.send({ topic: 'unknown', partition: i, value: Buffer.alloc(4000) })
    assert.instance(await cluster.failure(unknown), BrokerError)
  }
  await cluster.settled(send(Buffer.alloc(4000)))
})

test('a message can be taken back before its batch is sealed, not after it', async () => {
  const { cluster, send, log } = await setUp({ bufferTime: 100 })
  await cluster.settled(send('first'))
  const kept = send('kept')
  const gone = send('gone')
  await cluster.clock.advance(99)
  assert.is(gone.cancel(), true)
  assert.is(gone.cancel(), false)
  const error = await cluster.failure(gone, 0)
  assert.instance(error, CancelledError)
  assert.is((error as CancelledError).requestSent, false)
  await cluster.clock.advance(2)
  assert.is(kept.cancel(), false)
  await cluster.settled(kept)
  assert.is(kept.cancel(), false)
  assert.equal(log.values, ['first', 'kept'])
})

test('a message can be taken back while its topic is not known', async () => {
  const { cluster, producer } = await setUp()
  const [gone, kept] = ['gone', 'kept'].map(value => producer.send({ topic: 'later', value }))
  assert.ok(gone!.cancel())
  const [later] = cluster.topic('later')
  await cluster.settled(kept!)
  assert.equal(later!.log.values, ['kept'])
})

test('taking back one of many waiting messages takes no search', async () => {
  const { cluster, producer } = await setUp({ maxBufferedBytes: 1e9, bufferTime: 60_000, bufferBytes: 4000 })
  const sent = Array.from({ length: 20_000 }, () => producer.send({ topic: 'unknown', value: 'x' }))
  const started = performance.now()
  for (const delivery of sent.slice(-500)) delivery.cancel()
  assert.ok(performance.now() - started < 100)
  await cluster.settled(producer.stop())
})

test('a topic that is not known is waited for, and its calls are sent in their order', async () => {
  const { cluster, producer } = await setUp()
  const sent = ['a', 'b', 'c'].map(value => producer.send({ topic: 'later', value }))
  await cluster.clock.advance(20_000)
  const [later] = cluster.topic('later')
  await cluster.settled(Promise.all([...sent, producer.send({ topic: 'later', value: 'd' })]))
  assert.equal(later!.log.values, ['a', 'b', 'c', 'd'])
})

test('a topic that stays unknown fails its calls within maxBlockMs, naming the topic', async () => {
  const { cluster, producer } = await setUp({ maxBlockMs: 5000 })
  const since = cluster.clock.monotonic()
  const error = await cluster.failure(producer.send({ topic: 'never', value: 'a' }))
  assert.is((error as BrokerError).reason, 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.match(String(error), 'never')
  const took = cluster.clock.monotonic() - since
  assert.ok(took > 3500 && took <= 5000)
})

test('a cluster that cannot be reached fails calls within maxBlockMs', async () => {
  const { cluster, producer } = await setUp({ maxBlockMs: 5000 })
  cluster.network.ignore('broker1:9092')
  const since = cluster.clock.monotonic()
  const error = await cluster.failure(producer.send({ topic: 'orders', value: 'a' }))
  assert.instance(error, TimeoutError)
  assert.is(cluster.clock.monotonic() - since, 5000)
})

test('the failure of calls for an unreachable cluster says what stood in the way', async () => {
  const { cluster, producer } = await setUp({ maxBlockMs: 5000 })
  cluster.network.refuse('broker1:9092')
  const error = (await cluster.failure(producer.send({ topic: 'orders', value: 'a' }))) as Error
  assert.match(error.message, /no broker could be reached \(bootstrap broker1:9092\).*refused/)
})

test('a producer needs a client', () => {
  const makes = () => new Producer('localhost:9092' as unknown as KafkaClient)
  assert.throws(makes, /client: expected a KafkaClient, got "localhost:9092"/)
})

test('a failure that nobody hears is an event, and one process warning', async () => {
  const { cluster, events, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ errorCode: 29 })
  const seen = await warnings(async () => {
    send('a')
    send('b')
    await cluster.clock.advance(1000)
  })
  const unheard = events.filter(event => event.type === 'delivery-unheard')
  assert.equal(
    unheard.map(({ deliveries }) => deliveries),
    [2],
  )
  assert.is(seen.length, 1)
  assert.match(seen[0]!, '2 deliveries have failed and nobody listened')
})

test('neither flush nor close counts as hearing a failure', async () => {
  const { cluster, events, send, producer } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ errorCode: 29 })
  await warnings(async () => {
    send('a')
    await cluster.settled(producer.flush())
    await cluster.clock.advance(1)
    send('b')
    await cluster.settled(producer.close())
  })
  assert.is(events.filter(({ type }) => type === 'delivery-unheard').length, 2)
})

test('a failure that somebody hears is no event', async () => {
  const { cluster, events, send } = await setUp()
  await cluster.settled(send('first'))
  cluster.fault = () => ({ errorCode: 29 })
  const seen = await warnings(async () => {
    await cluster.failure(send('a'))
    await cluster.clock.advance(1000)
  })
  assert.equal(seen, [])
  assert.not(events.some(({ type }) => type === 'delivery-unheard'))
})

test.run()
