import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ArgumentError,
  codecs,
  Consumer,
  ConsumerGroup,
  DeserializationError,
  OFFSET_EARLIEST,
  type Batch,
  type ConsumerEvent,
  type ReceivedMessage,
} from '../../src'
import { ServedLog, topic } from './served-log'

const at0 = { topic, partition: 0 }

/** What is written as "bad" cannot be read. */
function order(bytes: Buffer): { id: string } {
  const id = bytes.toString()
  if (id.startsWith('bad')) throw new RangeError(`${id} is no order`)
  return { id }
}

async function served(values: readonly string[], partitions = 1): Promise<ServedLog> {
  const log = await ServedLog.start({ partitions })
  for (let partition = 0; partition < partitions; partition++) log.append(values, { partition })
  return log
}

interface Seen<K, V> {
  readonly batches: Batch<K, V>[]
  readonly events: ConsumerEvent[]
  error?: unknown
  unsubscribe(): void
}

/** What the subscriber of `start` sees; it acks at once, unless it is told otherwise. */
function started<K, V>(consumer: Consumer<K, V>, acks = true): Seen<K, V> {
  const seen: Seen<K, V> = { batches: [], events: [], unsubscribe: () => subscription.unsubscribe() }
  consumer.events$.subscribe(event => void seen.events.push(event))
  const subscription = consumer.start(OFFSET_EARLIEST).subscribe({
    next: batch => {
      seen.batches.push(batch)
      if (acks) batch.ack()
    },
    error: (error: unknown) => (seen.error = error),
  })
  return seen
}

const valuesOf = <V>(batches: readonly Batch<unknown, V>[]): readonly (V | null)[] =>
  batches.flatMap(({ messages }) => messages.map(({ value }) => value))
const idsOf = (batches: readonly Batch<unknown, { id: string }>[]) =>
  valuesOf(batches).map(value => value?.id)

/** A deserializer whose promises a test settles, by value. */
class ByHand {
  readonly asked: string[] = []
  readonly #settle = new Map<string, { resolve(made: string): void; reject(error: Error): void }>()

  readonly make = (bytes: Buffer): Promise<string> => {
    const text = bytes.toString()
    this.asked.push(text)
    return new Promise((resolve, reject) => this.#settle.set(text, { resolve, reject }))
  }

  resolve(...texts: readonly string[]): void {
    for (const text of texts) this.#settle.get(text)!.resolve(text.toUpperCase())
  }

  reject(text: string): void {
    this.#settle.get(text)!.reject(new Error('no schema'))
  }
}

test('keys and values are what the deserializers make of them; raw is the message as it is in the log', async () => {
  const log = await ServedLog.start()
  log.append(['a', 'b'], { keyOf: value => `key of ${value}` })
  const seen: [string, ReceivedMessage][] = []
  const consumer = new Consumer(log.client(), topic, {
    keyDeserializer: (bytes, message) => {
      seen.push([bytes.toString(), message])
      return bytes.length
    },
    valueDeserializer: order,
  })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  const [first, second] = batches[0]!.messages
  assert.equal([first!.key, first!.value, second!.key, second!.value], [8, { id: 'a' }, 8, { id: 'b' }])
  assert.is(first!.value, first!.value)
  assert.is(second!.raw.value!.toString(), 'b')
  assert.is(second!.raw.raw, second!.raw)
  const { offset, partition, timestamp, timestampType, headers } = second!.raw
  assert.equal([second!.topic, second!.partition, second!.offset], [topic, partition, offset])
  assert.equal([second!.timestamp, second!.timestampType], [timestamp, timestampType])
  assert.is(second!.headers, headers)
  assert.equal(
    seen.map(([key, { offset }]) => [key, offset]),
    [
      ['key of a', 0n],
      ['key of b', 1n],
    ],
  )
})

test('without a deserializer of its own a key or value stays bytes; null is left alone', async () => {
  const log = await ServedLog.start()
  log.appendMessages([
    { key: 'k', value: null },
    { key: null, value: 'v' },
  ])
  const consumer = new Consumer(log.client(), topic, { valueDeserializer: order })
  const { batches } = started(consumer)
  const both = new Consumer(log.client(), topic, { keyDeserializer: order, valueDeserializer: order })
  const { batches: others } = started(both)
  await log.clock.advance(1000)
  const [tombstone, keyless] = batches[0]!.messages
  assert.is(tombstone!.value, null)
  assert.is(tombstone!.key!.toString(), 'k')
  assert.equal(keyless!.value, { id: 'v' })
  assert.is(others[0]!.messages[1]!.key, null)
})

test('a message is shown, and is JSON, with what was made of it', async () => {
  const log = await served(['a'])
  const { batches } = started(new Consumer(log.client(), topic, { valueDeserializer: order }))
  await log.clock.advance(1000)
  const [message] = batches[0]!.messages
  assert.match(inspect(message), `value: { id: 'a' }`)
  assert.match(JSON.stringify(batches[0]), '"offset":"0"')
  assert.match(JSON.stringify(batches[0]), '"value":{"id":"a"}')
})

for (const partOf of ['key', 'value'] as const) {
  test(`a ${partOf} that cannot be deserialized ends the stream by name, after all before it`, async () => {
    const log = await ServedLog.start()
    log.append(['a', 'b', 'bad', 'c'], { keyOf: value => value })
    const consumer = new Consumer(log.client(), topic, {
      groupId: 'billing',
      [`${partOf}Deserializer`]: order,
    })
    const seen = started(consumer)
    await log.clock.advance(1000)
    assert.equal(
      seen.batches.map(({ firstOffset, nextOffset, count }) => [firstOffset, nextOffset, count]),
      [[0n, 2n, 2]],
    )
    const error = seen.error as DeserializationError
    assert.instance(error, DeserializationError)
    assert.equal([error.topic, error.partition, error.offset, error.part], [topic, 0, 2n, partOf])
    assert.instance(error.cause, RangeError)
    assert.match(error.message, `orders/0 offset 2: ${partOf}Deserializer failed: bad is no order`)
    assert.is(log.committed.get(0), 2n)
  })
}

test('for await: the loop throws it, after all before it', async () => {
  const log = await served(['a', 'bad', 'c'])
  const consumer = new Consumer(log.client(), topic, {
    valueDeserializer: order,
    autoOffsetReset: 'earliest',
  })
  const ids: unknown[] = []
  const loop = (async () => {
    for await (const batch of consumer) ids.push(...idsOf([batch]))
  })()
  const error = await log.clock.outcomeOf(loop.catch((thrown: unknown) => thrown))
  assert.instance(error, DeserializationError)
  assert.equal(ids, ['a'])
})

test('partitions$: it ends every stream', async () => {
  const log = await served(['a', 'bad'])
  const consumer = new Consumer(log.client(), topic, { valueDeserializer: order })
  const errors: unknown[] = []
  const error = (thrown: unknown): void => void errors.push(thrown)
  consumer
    .partitions$(OFFSET_EARLIEST)
    .subscribe({ next: batches$ => void batches$.subscribe({ error }), error })
  await log.clock.advance(1000)
  assert.is(errors.length, 2)
  for (const one of errors) assert.instance(one, DeserializationError)
})

test('a deserializer that answers something for what it cannot read ends nothing', async () => {
  const log = await served(['a', 'bad', 'c'])
  const lenient = (bytes: Buffer): { id: string } | Error => {
    try {
      return order(bytes)
    } catch (error) {
      return error as Error
    }
  }
  const seen = started(new Consumer(log.client(), topic, { valueDeserializer: lenient }))
  await log.clock.advance(1000)
  assert.is(seen.error, undefined)
  assert.equal(
    valuesOf(seen.batches).map(value => value instanceof Error),
    [false, true, false],
  )
})

test('what is no function is refused at once, of members of a group too', async () => {
  const client = (await ServedLog.start()).client()
  const wrong = { valueDeserializer: 'json' as never }
  assert.throws(
    () => new Consumer(client, topic, wrong),
    (error: unknown) =>
      error instanceof ArgumentError && /consumer option valueDeserializer/.test(error.message),
  )
  assert.throws(() => new ConsumerGroup(client, 'billing', topic, wrong), /group option valueDeserializer/)
})

test('async: a batch is delivered when all of it is deserialized; order is kept, and only one of a partition is under way', async () => {
  const log = await served(['a', 'b', 'c', 'd'])
  const by = new ByHand()
  const consumer = new Consumer(log.client(), topic, { valueDeserializer: by.make, maxBatchMessages: 2 })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  assert.equal(by.asked, ['a', 'b'])
  by.resolve('b')
  await log.clock.advance(1000)
  assert.is(batches.length, 0)
  assert.is(consumer.explain()[0]!.state, 'deserializing')
  assert.is(consumer.position(at0), 0n)
  by.resolve('a')
  await log.clock.advance(1000)
  assert.equal(valuesOf(batches), ['A', 'B'])
  assert.equal(by.asked, ['a', 'b', 'c', 'd'])
  by.resolve('c', 'd')
  await log.clock.advance(1000)
  assert.equal(valuesOf(batches), ['A', 'B', 'C', 'D'])
})

test('async: keys and values of a message run side by side', async () => {
  const log = await ServedLog.start()
  log.append(['v'], { keyOf: () => 'k' })
  const by = new ByHand()
  const consumer = new Consumer(log.client(), topic, { keyDeserializer: by.make, valueDeserializer: by.make })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  assert.equal(by.asked, ['k', 'v'])
  by.resolve('v')
  by.resolve('k')
  await log.clock.advance(1000)
  const [message] = batches[0]!.messages
  assert.equal([message!.key, message!.value], ['K', 'V'])
})

test('async: a partition whose deserializer hangs holds up no other', async () => {
  const log = await served(['a'], 2)
  const by = new ByHand()
  const consumer = new Consumer(log.client(), topic, {
    valueDeserializer: (bytes, { partition }) => (partition === 0 ? by.make(bytes) : bytes.toString()),
  })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  assert.equal(
    batches.map(({ partition }) => partition),
    [1],
  )
})

test('async: what is rejected ends the stream after all before it', async () => {
  const log = await served(['a', 'b', 'c'])
  const by = new ByHand()
  const seen = started(new Consumer(log.client(), topic, { valueDeserializer: by.make }))
  await log.clock.advance(1000)
  by.reject('b')
  by.resolve('c', 'a')
  await log.clock.advance(1000)
  assert.equal(valuesOf(seen.batches), ['A'])
  assert.instance(seen.error, DeserializationError)
  assert.is((seen.error as DeserializationError).offset, 1n)
})

test('async: nothing more is deserialized than there is room for', async () => {
  const log = await served(['a', 'b', 'c'])
  const by = new ByHand()
  const consumer = new Consumer(log.client(), topic, {
    valueDeserializer: by.make,
    ack: 'manual',
    maxBatchMessages: 1,
  })
  const { batches } = started(consumer, false)
  await log.clock.advance(1000)
  by.resolve('a')
  await log.clock.advance(1000)
  assert.equal(by.asked, ['a'])
  batches[0]!.ack()
  await log.clock.advance(1000)
  assert.equal(by.asked, ['a', 'b'])
})

test('async: what a seek passes over while it is deserialized is not delivered, and its memory is free', async () => {
  const log = await ServedLog.start()
  const padding = 'x'.repeat(70_000)
  for (const value of ['a', 'b', 'c', 'd']) log.append([`${value}${padding}`], { codec: codecs('gzip') })
  const asked: string[] = []
  const settle: (() => void)[] = []
  const consumer = new Consumer(log.client({ maxFetchBufferBytes: 64 * 1024 }), topic, {
    valueDeserializer: bytes => {
      asked.push(bytes.toString('latin1', 0, 1))
      return new Promise<string>(resolve => settle.push(() => resolve(asked.at(-1)!)))
    },
  })
  const { batches } = started(consumer)
  for (const offset of [1n, 2n, 3n]) {
    await log.clock.advance(1000)
    consumer.seek(at0, offset)
  }
  await log.clock.advance(1000)
  assert.equal(asked, ['a', 'b', 'c', 'd'])
  for (const one of settle.slice(0, 3)) one()
  await log.clock.advance(1000)
  assert.equal(batches, [])
  settle[3]!()
  await log.clock.advance(1000)
  assert.equal(valuesOf(batches), ['d'])
})

test('async: what is deserialized takes its memory: no other batch is decompressed where there is none left', async () => {
  const log = await ServedLog.start({ partitions: 2 })
  for (const partition of [0, 1]) log.append(['x'.repeat(70_000)], { codec: codecs('gzip'), partition })
  const asked: number[] = []
  const settle: (() => void)[] = []
  const consumer = new Consumer(log.client({ maxFetchBufferBytes: 64 * 1024 }), topic, {
    valueDeserializer: (_, { partition }) => {
      asked.push(partition)
      return new Promise<number>(resolve => settle.push(() => resolve(partition)))
    },
  })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  assert.equal(asked, [0])
  settle[0]!()
  await log.clock.advance(1000)
  assert.equal(asked, [0, 1])
  settle[1]!()
  await log.clock.advance(1000)
  assert.equal(valuesOf(batches), [0, 1])
})

test('async: what is paused while it is deserialized is delivered when it is resumed', async () => {
  const log = await served(['a'])
  const by = new ByHand()
  const consumer = new Consumer(log.client(), topic, { valueDeserializer: by.make })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  consumer.pause()
  by.resolve('a')
  await log.clock.advance(1000)
  assert.equal(batches, [])
  consumer.resume()
  await log.clock.advance(1000)
  assert.equal(valuesOf(batches), ['A'])
})

for (const how of ['unsubscribe', 'close', 'stop'] as const) {
  test(`async: after ${how} nothing is delivered`, async () => {
    const log = await served(['a', 'b'])
    const by = new ByHand()
    const consumer = new Consumer(log.client(), topic, { valueDeserializer: by.make })
    const seen = started(consumer)
    await log.clock.advance(1000)
    if (how === 'unsubscribe') seen.unsubscribe()
    else await log.clock.outcomeOf(consumer[how]().then(() => undefined))
    by.resolve('a', 'b')
    await log.clock.advance(1000)
    assert.equal(seen.batches, [])
    assert.is(seen.error, undefined)
  })
}

test('a deserializer that stops its consumer is the last to be called', async () => {
  const log = await served(['a', 'b'])
  const consumer: Consumer<Buffer, string> = new Consumer(log.client(), topic, {
    maxBatchMessages: 1,
    valueDeserializer: bytes => {
      void consumer.stop()
      return bytes.toString()
    },
  })
  const { batches } = started(consumer)
  await log.clock.advance(1000)
  assert.equal(batches, [])
})

test('async: what is truncated while it is deserialized is not delivered', async () => {
  const log = await ServedLog.start({ brokers: 2 })
  log.append(['a'])
  log.append(['b'])
  const by = new ByHand()
  const consumer = new Consumer(log.client(), topic, { valueDeserializer: by.make, maxBatchMessages: 1 })
  const seen = started(consumer)
  await log.clock.advance(1000)
  by.resolve('a')
  await log.clock.advance(1000)
  assert.equal(by.asked, ['a', 'b'])
  log.truncateFrom(1n)
  log.moveLeader(0, 2)
  log.append(['other'])
  await log.clock.advance(10_000)
  by.resolve('b')
  by.resolve('other')
  await log.clock.advance(1000)
  assert.equal(valuesOf(seen.batches), ['A', 'OTHER'])
  assert.equal(
    seen.events.filter(({ type }) => type === 'truncated'),
    [],
  )
})

test.run()
