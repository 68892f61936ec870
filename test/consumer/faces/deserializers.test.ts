import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { of } from 'rxjs'
import {
  Consumer,
  DeserializationError,
  ProcessingError,
  type ConsumerEvent,
  type EachOptions,
  type Handled,
  type Processed,
  type ProcessOptions,
  type ReceivedMessage,
} from '../../../src'
import { ServedLog, topic } from '../served-log'

const at0 = { topic, partition: 0 }
const isPoison = 'bad'

interface Order {
  readonly id: string
}
type OrderMessage = ReceivedMessage<Buffer, Order>

/** Whether the schema of what is "bad" is there by now. */
class Registry {
  isWell = false
  calls = 0

  readonly sync = (bytes: Buffer): Order => {
    const id = bytes.toString()
    if (id === isPoison) this.calls++
    if (id === isPoison && !this.isWell) throw new RangeError('no schema')
    return { id }
  }

  readonly async = async (bytes: Buffer): Promise<Order> => {
    await Promise.resolve()
    return this.sync(bytes)
  }
}

const faces = ['process', 'processEach'] as const
const ways = ['sync', 'async'] as const
type Options = Omit<ProcessOptions<never>, 'onError'> & { readonly onError?: unknown }

/** A face that works on orders, and what was seen of it. */
class Rig {
  readonly done: Processed[] = []
  readonly events: ConsumerEvent[] = []
  readonly handled: (string | undefined)[] = []
  readonly consumer: Consumer<Buffer, Order>
  readonly log: ServedLog
  readonly registry: Registry
  error: unknown

  constructor(
    log: ServedLog,
    registry: Registry,
    face: (typeof faces)[number],
    way: (typeof ways)[number],
    options: Options = {},
    handle: (message: OrderMessage) => Handled = () => undefined,
  ) {
    this.log = log
    this.registry = registry
    this.consumer = new Consumer(log.client(), topic, {
      groupId: 'billing',
      valueDeserializer: registry[way],
      autoOffsetReset: 'earliest',
    })
    this.consumer.events$.subscribe(event => void this.events.push(event))
    const one = (message: OrderMessage): Handled => {
      this.handled.push(message.value?.id)
      return handle(message)
    }
    const done$ =
      face === 'processEach'
        ? this.consumer.processEach(one, options as EachOptions<OrderMessage>)
        : this.consumer.process(
            batch => [...batch].map(one).find(Boolean),
            options as ProcessOptions<Iterable<OrderMessage>>,
          )
    done$.subscribe({
      next: done => this.done.push(done),
      error: (error: unknown) => (this.error = error),
    })
  }

  of<T extends ConsumerEvent['type']>(type: T): readonly Extract<ConsumerEvent, { type: T }>[] {
    return this.events.filter(event => event.type === type) as Extract<ConsumerEvent, { type: T }>[]
  }
}

async function servedPoison(): Promise<ServedLog> {
  const log = await ServedLog.start()
  log.append(['a', 'b', isPoison, 'c', 'd'])
  return log
}

for (const face of faces)
  for (const way of ways) {
    const name = `${face}, ${way}`

    test(`${name}: onError fail ends the stream with the DeserializationError; what was before it is committed`, async () => {
      const log = await servedPoison()
      const { handled, registry, ...rig } = await run(new Rig(log, new Registry(), face, way))
      assert.equal(handled, ['a', 'b'])
      assert.instance(rig.error, DeserializationError)
      assert.equal([(rig.error as DeserializationError).offset, registry.calls], [2n, 1])
      assert.is(log.committed.get(0), 2n)
    })

    test(`${name}: onError skip goes on behind that message alone, with an event`, async () => {
      const log = await servedPoison()
      const rig = await run(new Rig(log, new Registry(), face, way, { onError: 'skip' }))
      assert.equal(rig.handled, ['a', 'b', 'c', 'd'])
      const [skipped] = rig.of('skipped')
      assert.equal([skipped!.at.topic, skipped!.at.partition], [topic, 0])
      assert.instance(skipped!.error, DeserializationError)
      assert.is(log.committed.get(0), 5n)
    })

    test(`${name}: onError retry deserializes again, and then calls the handler`, async () => {
      const log = await servedPoison()
      const rig = new Rig(log, new Registry(), face, way, { onError: 'retry', retryBackoffMs: 1000 })
      await log.clock.advance(500)
      assert.equal([rig.handled.at(-1), rig.registry.calls], ['b', 1])
      rig.registry.isWell = true
      await run(rig)
      assert.equal(rig.handled, ['a', 'b', isPoison, 'c', 'd'])
      assert.is(rig.registry.calls, 2)
      assert.is(log.committed.get(0), 5n)
    })

    test(`${name}: onError retry fails after maxAttempts`, async () => {
      const log = await servedPoison()
      const rig = await run(
        new Rig(log, new Registry(), face, way, { onError: 'retry', maxAttempts: 3, retryBackoffMs: 10 }),
      )
      assert.instance(rig.error, DeserializationError)
      assert.is(rig.registry.calls, 3)
      assert.is(log.committed.get(0), 2n)
    })

    test(`${name}: a handler that is called after a retry may answer what lasts, and fail`, async () => {
      const log = await servedPoison()
      const fails = (message: OrderMessage): Handled => {
        if (message.value?.id === isPoison) throw new Error('of the handler')
        return of(1)
      }
      const rig = new Rig(
        log,
        new Registry(),
        face,
        way,
        { onError: 'retry', retryBackoffMs: 10, maxAttempts: 3 },
        fails,
      )
      rig.registry.isWell = false
      await log.clock.advance(5)
      rig.registry.isWell = true
      await run(rig)
      assert.instance(rig.error, ProcessingError)
      assert.match((rig.error as ProcessingError).message, 'of the handler')
    })

    test(`${name}: onError pause waits for resume, which deserializes again`, async () => {
      const log = await servedPoison()
      const rig = await run(new Rig(log, new Registry(), face, way, { onError: 'pause' }))
      assert.equal(rig.handled, ['a', 'b'])
      assert.instance(rig.of('paused')[0]!.error, DeserializationError)
      assert.is(log.committed.get(0), 2n)
      rig.registry.isWell = true
      rig.consumer.resume(at0)
      await run(rig)
      assert.equal(rig.handled, ['a', 'b', isPoison, 'c', 'd'])
      assert.is(log.committed.get(0), 5n)
    })

    test(`${name}: a function of onError is given the message with its bytes; reading its value throws the same`, async () => {
      const log = await servedPoison()
      const dead: unknown[] = []
      const onError = (failed: OrderMessage | Iterable<OrderMessage>, error: unknown): void => {
        const [message] = 'raw' in failed ? [failed] : [...failed]
        dead.push(message!.offset, message!.raw.value!.toString())
        assert.throws(
          () => message!.value,
          (thrown: unknown) => thrown === error,
        )
        assert.instance(error, DeserializationError)
        assert.match(JSON.stringify(message), '"type":"Buffer"')
      }
      const rig = await run(new Rig(log, new Registry(), face, way, { onError }))
      assert.is(rig.error, undefined)
      assert.equal(dead, [2n, isPoison])
      assert.equal(rig.handled, ['a', 'b', 'c', 'd'])
      assert.is(log.committed.get(0), 5n)
    })
  }

test('processEach: what was done ahead is not deserialized into a failure again', async () => {
  const log = await ServedLog.start()
  log.append(['a', isPoison, 'c'])
  log.committed.set(0, 0n)
  const hang = (message: OrderMessage): Handled =>
    message.value?.id === 'a' ? new Promise(() => undefined) : undefined
  const options = { ordering: 'unordered', onError: 'skip' } as Options
  const first = new Rig(log, new Registry(), 'processEach', 'sync', options, hang)
  await run(first)
  assert.is(first.of('skipped').length, 1)
  await log.clock.outcomeOf(first.consumer.stop().then(() => undefined))
  const next = await run(new Rig(log, new Registry(), 'processEach', 'sync'))
  assert.is(next.error, undefined)
  assert.equal(next.handled, ['a'])
  assert.is(log.committed.get(0), 3n)
})

test('processEach: the order by key goes by the bytes of keys', async () => {
  const log = await ServedLog.start()
  log.append(['a1', 'b1', 'a2'], { keyOf: value => value[0]! })
  const consumer = new Consumer(log.client(), topic, {
    keyDeserializer: bytes => ({ name: bytes.toString() }),
    autoOffsetReset: 'earliest',
  })
  const begun: bigint[] = []
  consumer
    .processEach(
      ({ offset }) => {
        begun.push(offset)
        return new Promise(() => undefined)
      },
      { ordering: 'key' },
    )
    .subscribe()
  await log.clock.advance(1000)
  assert.equal(begun, [0n, 1n])
})

test('async: what is paused while it is tried again calls no handler when the subscription has ended', async () => {
  const log = await ServedLog.start()
  log.append([isPoison])
  const registry = new Registry()
  let end: (() => void) | undefined
  const handled: unknown[] = []
  const consumer = new Consumer(log.client(), topic, {
    autoOffsetReset: 'earliest',
    valueDeserializer: (bytes): Order | Promise<Order> =>
      registry.calls < 1
        ? registry.sync(bytes)
        : new Promise(resolve => (end = () => resolve({ id: 'late' }))),
  })
  const subscription = consumer
    .process(batch => void handled.push(batch), { onError: 'retry', retryBackoffMs: 10 })
    .subscribe()
  await log.clock.advance(1000)
  subscription.unsubscribe()
  end!()
  await log.clock.advance(1000)
  assert.equal(handled, [])
})

async function run(rig: Rig): Promise<Rig> {
  await rig.log.clock.advance(8000)
  return rig
}

test.run()
