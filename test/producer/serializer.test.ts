import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ArgumentError,
  BufferFullError,
  CancelledError,
  ClosedError,
  DeliveryError,
  MessageTooLargeError,
  SerializationError,
  TimeoutError,
  type Bytes,
} from '../../src/kernel'
import { Producer, type KeyMaker, type ProducerOptions, type Serializer } from '../../src/producer'
import { ProduceCluster } from '../support/produce'

interface Order {
  readonly id: number
  readonly user?: string
}

type Making = Bytes | null | PromiseLike<Bytes | null>

/** A serializer whose promises end when the test says so; an order without a promise is JSON at once. */
class Workshop {
  readonly asked: [number, string][] = []
  readonly #resolve = new Map<number, (made: Making) => void>()
  readonly #reject = new Map<number, (error: unknown) => void>()

  readonly serializer = (order: Order, topic: string): Making => {
    this.asked.push([order.id, topic])
    if (order.id % 2 === 0) return JSON.stringify(order.id)
    return new Promise((resolve, reject) => {
      this.#resolve.set(order.id, resolve)
      this.#reject.set(order.id, reject)
    })
  }

  finish(id: number, made: Making = JSON.stringify(id)): void {
    this.#resolve.get(id)!(made)
  }

  fail(id: number, error: unknown = new Error('no schema')): void {
    this.#reject.get(id)!(error)
  }
}

async function setUp<Value = Order>(
  serializer: Serializer<Value>,
  options: Omit<ProducerOptions, 'serializer' | 'keyMaker'> & { readonly keyMaker?: KeyMaker<Value> } = {},
) {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const client = cluster.client()
  // The topic is known to all that use this client.
  await cluster.settled(client.loadMetadataForTopics('orders'))
  const producer = new Producer<Value>(client, { serializer, ...options })
  const send = (value: Value) => producer.send({ topic: 'orders', value })
  return { cluster, log: partition!.log, producer, send }
}

const json = (order: Order) => JSON.stringify(order)

test('a serializer makes the bytes of every value, for send and for sendMessages', async () => {
  const { cluster, log, producer, send } = await setUp(json)
  await cluster.settled(
    Promise.all([send({ id: 1 }), producer.sendMessages('orders', null, [{ id: 2 }, { id: 3 }])]),
  )
  assert.equal(log.values, ['{"id":1}', '{"id":2}', '{"id":3}'])
})

test('a serializer runs when send is called, and is told the topic', async () => {
  const { send } = await setUp((order: Order, topic) => {
    seen.push([order.id, topic])
    return null
  })
  const seen: unknown[] = []
  send({ id: 1 }).subscribe({ error: () => undefined })
  assert.equal(seen, [[1, 'orders']])
})

test('null from a serializer is a tombstone', async () => {
  const { cluster, log, send } = await setUp(() => null)
  await cluster.settled(send({ id: 1 }))
  assert.equal(log.values, [null])
})

test('a serializer that throws, or makes no bytes, fails that message alone, naming topic and option', async () => {
  const broken = new Error('no schema')
  const { cluster, log, producer, send } = await setUp((order: Order) => {
    if (order.id === 1) throw broken
    return (order.id === 2 ? 7 : `${order.id}`) as string
  })
  const [thrown, odd, good] = [1, 2, 3].map(id => send({ id }))
  const error = (await cluster.failure(thrown!, 0)) as SerializationError
  assert.instance(error, SerializationError)
  assert.equal([error.topic, error.option, error.cause], ['orders', 'serializer', broken])
  assert.match(error.message, 'message for orders: producer option serializer failed: no schema')
  assert.match(String(await cluster.failure(odd!, 0)), /serializer failed: it made number where a string/)
  assert.instance(
    await cluster.failure(producer.sendMessages('orders', null, [{ id: 4 }, { id: 1 }]), 0),
    SerializationError,
  )
  await cluster.settled(good!)
  assert.equal(log.values, ['3'])
})

test('a keyMaker makes the key of calls that give none, and null means no key', async () => {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer<Order>(cluster.client(), {
    serializer: json,
    keyMaker: (order, topic) => `${topic} of ${order.user ?? 'nobody'}`,
  })
  await cluster.settled(
    Promise.all([
      producer.send({ topic: 'orders', value: { id: 1, user: 'ann' } }),
      producer.send({ topic: 'orders', key: null, value: { id: 2 } }),
      producer.send({ topic: 'orders', key: 'mine', value: { id: 3 } }),
      producer.sendMessages('orders', undefined, [{ id: 4, user: 'bob' }, { id: 5 }]),
      producer.sendMessages('orders', null, [{ id: 6 }]),
    ]),
  )
  assert.equal(
    partition!.log.messages.map(({ key }) => key),
    ['orders of ann', null, 'mine', 'orders of bob', 'orders of bob', null],
  )
})

test('a keyMaker works without a serializer, and its throw fails that message alone', async () => {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client(), {
    keyMaker: value => {
      if (value === 'bad') throw new Error('no user')
      return value === 'odd' ? (7 as never) : value
    },
  })
  const [bad, odd, good] = ['bad', 'odd', 'good'].map(value => producer.send({ topic: 'orders', value }))
  const error = (await cluster.failure(bad!, 0)) as SerializationError
  assert.instance(error, SerializationError)
  assert.equal([error.topic, error.option], ['orders', 'keyMaker'])
  assert.instance(await cluster.failure(odd!, 0), SerializationError)
  await cluster.settled(good!)
  assert.is(partition!.log.messages[0]!.key, 'good')
})

test('without both, a key that is not given is none', async () => {
  const cluster = await ProduceCluster.start()
  const [partition] = cluster.topic('orders')
  const producer = new Producer(cluster.client())
  await cluster.settled(producer.sendMessages('orders', undefined, ['a']))
  assert.is(partition!.log.messages[0]!.key, null)
})

test('serializers that are slow do not change the order of calls', async () => {
  const workshop = new Workshop()
  const { cluster, log, producer, send } = await setUp(workshop.serializer)
  const sent = [1, 2, 3, 4, 5].map(id => send({ id }))
  sent.push(producer.sendMessages('orders', null, [{ id: 6 }, { id: 7 }]))
  assert.is(workshop.asked.length, 7)
  for (const id of [7, 5, 3]) workshop.finish(id)
  await cluster.clock.advance(100)
  assert.equal(log.values, [])
  workshop.finish(1)
  const receipts = await cluster.settled(Promise.all(sent))
  assert.equal(log.values, ['1', '2', '3', '4', '5', '6', '7'])
  assert.equal(
    receipts.map(({ offset }) => offset),
    [0n, 1n, 2n, 3n, 4n, 5n],
  )
  await cluster.settled(send({ id: 8 }))
})

test('topics do not wait for each other', async () => {
  const workshop = new Workshop()
  const { cluster, producer, send } = await setUp(workshop.serializer)
  const [other] = cluster.topic('other')
  send({ id: 1 }).subscribe({ error: () => undefined })
  await cluster.settled(producer.send({ topic: 'other', value: { id: 2 } }))
  assert.equal(other!.log.values, ['2'])
})

test('a slow serializer that fails does not hold up those behind it', async () => {
  const workshop = new Workshop()
  const { cluster, log, producer, send } = await setUp(workshop.serializer)
  const [first, second, third] = [1, 2, 3].map(id => send({ id }))
  const many = producer.sendMessages('orders', null, [{ id: 5 }, { id: 7 }])
  workshop.fail(1)
  assert.instance(await cluster.failure(first!), SerializationError)
  await cluster.settled(second!)
  workshop.finish(3, 7 as never)
  assert.match(String(await cluster.failure(third!)), /serializer failed: it made number/)
  workshop.fail(7)
  assert.instance(await cluster.failure(many), SerializationError)
  workshop.finish(5)
  await cluster.settled(send({ id: 4 }))
  assert.equal(log.values, ['2', '4'])
})

test('a call whose serializer is at it can be taken back, and those behind it go on', async () => {
  const workshop = new Workshop()
  const { cluster, log, send } = await setUp(workshop.serializer)
  const [first, second] = [1, 2].map(id => send({ id }))
  assert.ok(first!.cancel())
  assert.instance(await cluster.failure(first!, 0), CancelledError)
  await cluster.settled(second!)
  workshop.finish(1)
  await cluster.clock.advance(100)
  assert.equal(log.values, ['2'])
  assert.is(cluster.requests.length, 1)
})

test('flush waits for serializers, and sends what they make without waiting for company', async () => {
  const workshop = new Workshop()
  const { cluster, log, producer, send } = await setUp(workshop.serializer, { bufferTime: 10_000 })
  send({ id: 1 })
  send({ id: 2 })
  let isOver = false
  const flushed = producer.flush().then(() => (isOver = true))
  await cluster.clock.advance(100)
  assert.not(isOver)
  workshop.finish(1)
  await cluster.settled(flushed, 100)
  assert.equal(log.values, ['1', '2'])
})

test('close waits for serializers, and fails what they have not made in time', async () => {
  const workshop = new Workshop()
  const { cluster, log, producer, send } = await setUp(workshop.serializer)
  const [first, third] = [1, 3].map(id => send({ id }))
  const closed = producer.close({ timeoutMs: 1000 })
  workshop.finish(1)
  await cluster.settled(first!)
  assert.instance(await cluster.failure(third!), TimeoutError)
  await cluster.settled(closed)
  workshop.finish(3)
  assert.instance(await cluster.failure(send({ id: 4 }), 0), ClosedError)
  assert.is(workshop.asked.length, 2)
  await cluster.clock.advance(100)
  assert.equal(log.values, ['1'])
  await cluster.settled(cluster.clients[0]!.close())
  await cluster.clock.advance(1)
  assert.is(cluster.clock.pending, 0)
})

test('a serializer that never ends fails its message after maxBlockMs, and those behind it go on', async () => {
  const workshop = new Workshop()
  const { cluster, log, send } = await setUp(workshop.serializer, { maxBlockMs: 5000 })
  const [first, second] = [1, 2].map(id => send({ id }))
  const since = cluster.clock.monotonic()
  const error = (await cluster.failure(first!)) as SerializationError
  assert.is(cluster.clock.monotonic() - since, 5000)
  assert.instance(error, SerializationError)
  assert.instance(error.cause, TimeoutError)
  assert.match(error.message, /orders.*in maxBlockMs \(5000\)/)
  await cluster.settled(second!)
  assert.equal(log.values, ['2'])
})

test('a slow serializer of a topic that is not known yet keeps its place too', async () => {
  const workshop = new Workshop()
  const { cluster, producer } = await setUp(workshop.serializer)
  const sent = [1, 2, 3].map(id => producer.send({ topic: 'later', value: { id } }))
  workshop.finish(3)
  await cluster.clock.advance(1000)
  const [later] = cluster.topic('later')
  await cluster.clock.advance(10_000)
  assert.equal(later!.log.values, [])
  workshop.finish(1)
  await cluster.settled(Promise.all(sent))
  assert.equal(later!.log.values, ['1', '2', '3'])
})

test('what is sent while a waiting call is placed comes behind those that waited', async () => {
  const workshop = new Workshop()
  const { cluster, log, producer, send } = await setUp(workshop.serializer, {
    partitioner: key => (key ? 9 : 0),
  })
  const refused = producer.send({ topic: 'orders', key: 'nowhere', value: { id: 1 } })
  refused.subscribe({ error: () => void send({ id: 4 }) })
  send({ id: 2 })
  workshop.finish(1)
  await cluster.clock.advance(100)
  assert.equal(log.values, ['2', '4'])
})

test('calls keep their order also when a partitioner takes one of them back', async () => {
  const workshop = new Workshop()
  const { cluster, log, send } = await setUp(workshop.serializer, {
    partitioner: () => {
      pending.cancel()
      return 0
    },
  })
  const first = send({ id: 1 })
  const pending = send({ id: 3 })
  const last = send({ id: 2 })
  workshop.finish(1)
  assert.instance(await cluster.failure(pending), CancelledError)
  await cluster.settled(Promise.all([first, last]))
  assert.equal(log.values, ['1', '2'])
})

test('what is not made yet counts in maxBufferedBytes, and no longer when it is delivered', async () => {
  const { cluster, send } = await setUp(async (order: Order) => JSON.stringify(order), {
    maxBufferedBytes: 10_000,
  })
  for (let round = 0; round < 3; round++) {
    const sent = Array.from({ length: 20 }, (_, id) =>
      send({ id }).then(
        () => 'delivered',
        (error: unknown) => error,
      ),
    )
    const outcomes = await cluster.settled(Promise.all(sent))
    const delivered = outcomes.filter(outcome => outcome === 'delivered').length
    assert.ok(delivered >= 5 && delivered < 10, `${delivered} of 20`)
    for (const outcome of outcomes) assert.ok(outcome === 'delivered' || outcome instanceof BufferFullError)
  }
})

test('a call that is refused asks for nothing to be made twice, and lets no rejection stray', async () => {
  const strays: unknown[] = []
  const stray = (error: unknown): void => void strays.push(error)
  process.on('unhandledRejection', stray)
  const { cluster, producer, send } = await setUp(
    async (order: Order) => {
      if (order.id === 9) throw new Error('late')
      return Buffer.alloc(5000)
    },
    { maxBufferedBytes: 1000 },
  )
  assert.instance(await cluster.failure(send({ id: 9 }), 0), BufferFullError)
  const mixed = new Producer<Order>(cluster.clients[0]!, {
    serializer: order => {
      if (order.id === 2) throw new Error('now')
      return Promise.reject(new Error('late'))
    },
  })
  assert.match(
    String(await cluster.failure(mixed.sendMessages('orders', null, [{ id: 1 }, { id: 2 }]), 0)),
    'now',
  )
  // @ts-expect-error -- what a caller in JavaScript may give
  assert.instance(await cluster.failure(producer.send({ topic: 'a/b', value: {} }), 0), ArgumentError)
  await new Promise<void>(resolve => void setImmediate(resolve))
  process.off('unhandledRejection', stray)
  assert.equal(strays, [])
})

test('what a serializer makes too large is refused when it is made', async () => {
  const { cluster, send } = await setUp(async () => Buffer.alloc(2000), { maxBatchBytes: 1000 })
  const error = await cluster.failure(send({ id: 1 }))
  assert.instance(error, MessageTooLargeError)
})

test('bad input is refused before a serializer sees it, or at once beside it', async () => {
  const workshop = new Workshop()
  const { cluster, producer } = await setUp(workshop.serializer)
  const wrong = [
    () => producer.send(undefined as never),
    () => producer.send({ topic: '', value: { id: 1 } }),
    () => producer.sendMessages('orders', null, []),
    () => producer.send({ topic: 'orders', partition: -1, value: { id: 1 } }),
    () => producer.send({ topic: 'orders', value: { id: 1 }, timestamp: new Date(NaN) }),
    () => producer.send({ topic: 'orders', key: 7 as never, value: { id: 1 } }),
  ]
  for (const send of wrong) assert.instance(await cluster.failure(send(), 0), ArgumentError)
  assert.is(workshop.asked.length, 3)
})

test('a delivery timeout counts from the call, not from when its bytes were made', async () => {
  const workshop = new Workshop()
  const { cluster, send } = await setUp(workshop.serializer, { deliveryTimeoutMs: 5000 })
  cluster.fault = () => ({ isSwallowed: true })
  const since = cluster.clock.monotonic()
  const sent = send({ id: 1 })
  await cluster.clock.advance(3000)
  workshop.finish(1)
  assert.instance(await cluster.failure(sent), DeliveryError)
  assert.is(cluster.clock.monotonic() - since, 5000)
  await cluster.settled(cluster.clients[0]!.stop())
})

test('options that are no functions are refused by the constructor', async () => {
  const cluster = await ProduceCluster.start()
  const client = cluster.client()
  for (const option of ['serializer', 'keyMaker'])
    assert.throws(
      () => new Producer(client, { [option]: 7 }),
      (error: unknown) =>
        error instanceof ArgumentError && error.message.includes(`producer option ${option}`),
    )
})

for (const topic of ['orders', 'later']) {
  test(`bytes are copied when send is called: what becomes of them later changes nothing (${topic})`, async () => {
    const cluster = await ProduceCluster.start()
    const [orders] = cluster.topic('orders')
    const producer = new Producer(cluster.client(), { bufferTime: 50 })
    await cluster.settled(producer.send({ topic: 'orders', value: 'first' }))
    const [key, value, header] = ['key', 'value', 'header'].map(text => Buffer.from(text))
    const sent = producer.send({ topic, key: key!, value: value!, headers: [['h', header!]] })
    const many = producer.sendMessages(topic, key, [value!])
    for (const bytes of [key!, value!, header!]) bytes.fill(0x21)
    const [later] = topic === 'later' ? cluster.topic('later') : [orders]
    await cluster.settled(Promise.all([sent, many]))
    const messages = later!.log.messages.slice(-2)
    assert.equal(
      messages.map(({ key: one, value: other }) => [one, other]),
      [
        ['key', 'value'],
        ['key', 'value'],
      ],
    )
    assert.ok(cluster.requests.at(-1)!.bytes[0]!.includes('header'))
  })
}

test.run()
