import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { from, map, type Observable } from 'rxjs'
import type { Bytes, KafkaError } from '../../src/kernel'
import type { Delivery } from '../../src/deferred'
import {
  Producer,
  type OutgoingMessage,
  type ProducerOptions,
  type Receipt,
  type SendAllOptions,
  type Serializer,
} from '../../src/producer'
import { ProduceCluster } from '../support/produce'

// The compiler is the judge here: an expectation that no longer holds fails the build.

interface Order {
  readonly id: number
}

const cluster = ProduceCluster.start().then(started => {
  started.topic('orders')
  return started
})

const orders = [{ topic: 'orders', value: 'a', passThrough: { id: 7 } }]
const plain: readonly OutgoingMessage[] = [{ topic: 'orders', value: 'a' }]

test('sendAll knows what came with the messages, in a pipe and beside it', async () => {
  const producer = new Producer((await cluster).client())
  const piped: Observable<Receipt & { passThrough: Order }> = from(orders).pipe(producer.sendAll())
  const mapped = from(orders).pipe(
    producer.sendAll({ maxInFlight: 5 }),
    map(({ passThrough, offset }): [number, bigint] => [passThrough.id, offset]),
  )
  const pulled: Observable<Receipt & { passThrough: Order }> = producer.sendAll(orders)
  const nothing: Observable<{ passThrough: undefined }> = producer.sendAll(plain)
  // @ts-expect-error: it is an order
  const other: Observable<{ passThrough: string }> = producer.sendAll(orders)
  assert.ok([piped, mapped, pulled, nothing, other])
})

test('tx.sendAll knows it too', async () => {
  const producer = new Producer((await cluster).client(), { transactionalId: 'orders' })
  const last: Observable<Receipt & { passThrough: Order }> = producer.transaction(tx => tx.sendAll(orders))
  const piped = producer.transaction(tx => from(orders).pipe(tx.sendAll({ onError: 'emit' })))
  // @ts-expect-error: it may be a failure
  const sure: Observable<Receipt> = piped
  // @ts-expect-error: no message
  const wrong = producer.transaction(tx => tx.sendAll([{ topic: 'orders', value: 7 }]))
  assert.ok([last, sure, wrong])
})

test('only with onError emit a result may be a failure', async () => {
  const producer = new Producer((await cluster).client())
  const emitted: Observable<(Receipt | { error: KafkaError }) & { passThrough: Order }> = producer.sendAll(
    orders,
    {
      onError: 'emit',
    },
  )
  const piped = from(orders).pipe(
    producer.sendAll({ onError: 'emit' }),
    map(result => ('error' in result ? result.error.message : `${result.offset} ${result.passThrough.id}`)),
  )
  const texts: Observable<string> = piped
  // @ts-expect-error: it may be a failure
  const sure: Observable<Receipt> = producer.sendAll(orders, { onError: 'emit' })
  const options: SendAllOptions = { onError: 'emit' }
  const unsure: Observable<(Receipt | { error: KafkaError }) & { passThrough: Order }> = producer.sendAll(
    orders,
    options,
  )
  // @ts-expect-error: nobody knows what these options say
  const unsure2: Observable<Receipt> = producer.sendAll(orders, options)
  const stopping: SendAllOptions<'stop' | 'delay'> = { onError: 'stop' }
  const receipts: Observable<Receipt> = producer.sendAll(orders, stopping)
  assert.ok([emitted, texts, sure, unsure, unsure2, receipts])
})

test('a producer with a serializer takes what that takes, and nothing else', async () => {
  const client = (await cluster).client()
  const named = new Producer<Order>(client, { serializer: order => `${order.id}` })
  const inferred = new Producer(client, { serializer: async (order: Order) => `${order.id}` })
  const same: Producer<Order> = inferred
  const sent: Delivery<Receipt> = named.send({ topic: 'orders', value: { id: 7 } })
  const many: Delivery<Receipt> = same.sendMessages('orders', undefined, [{ id: 7 }])
  const all = from([{ id: 7 }]).pipe(
    map(value => ({ topic: 'orders', value })),
    named.sendAll(),
  )
  // @ts-expect-error: not an order
  const wrong = named.send({ topic: 'orders', value: 'a' })
  // @ts-expect-error: not orders
  const allWrong = named.sendAll(plain)
  // @ts-expect-error: somebody has to make bytes of orders
  const without = new Producer<Order>(client)
  // @ts-expect-error: the same
  const without2 = new Producer<Order>(client, { bufferTime: 5 })
  for (const delivery of [sent, many, wrong]) await (await cluster).settled(delivery.catch(() => undefined))
  assert.ok([all, allWrong, without, without2])
})

test('options of any value can be handed on', async () => {
  const client = (await cluster).client()
  function make<V>(options: ProducerOptions<V>): Producer<V> {
    return new Producer<V>(client, options)
  }
  function wrap<V>(serializer: Serializer<V>): Producer<V> {
    return new Producer<V>(client, { serializer, bufferTime: 5 })
  }
  const made: Producer<Order> = make<Order>({ serializer: order => `${order.id}` })
  const wrapped: Producer<Order> = wrap(order => `${order.id}`)
  // @ts-expect-error: somebody has to make bytes of orders
  const options: ProducerOptions<Order> = { bufferTime: 5 }
  assert.ok([made, wrapped, make<Bytes | null>({ bufferTime: 5 }), options])
})

test('without one it takes bytes, text and null', async () => {
  const client = (await cluster).client()
  const producer: Producer<Bytes | null> = new Producer(client, {
    keyMaker: value => (value === null ? null : value.slice(0, 3)),
  })
  // @ts-expect-error: not bytes
  const wrong = producer.send({ topic: 'orders', value: { id: 7 } })
  await (await cluster).settled(wrong.catch(() => undefined))
})

test.run()
