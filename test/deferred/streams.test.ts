import { createHook } from 'node:async_hooks'
import { Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Consumer, Deferred, Producer, type KafkaClient } from '../../src'
import { ProduceCluster } from '../support/produce'

/** Members that are streams: Observables that are no results. */
type Streams<T> = {
  [K in keyof T]: T[K] extends Observable<unknown> ? (T[K] extends Promise<unknown> ? never : K) : never
}[keyof T]

test('members that are streams are plain Observables, and end in $', async () => {
  const cluster = await ProduceCluster.start()
  const client = cluster.client()
  const names: readonly `${string}$`[] = [
    ...(['events$'] satisfies Streams<KafkaClient>[]),
    ...(['events$', 'batches$'] satisfies Streams<Producer>[]),
    ...(['events$'] satisfies Streams<Consumer>[]),
  ]
  // Whatever other stream there were would have to fit here as well.
  type All = [Streams<KafkaClient>, Streams<Producer>, Streams<Consumer>]
  const fits: All extends `${string}$`[] ? true : false = true
  assert.ok(fits)
  for (const owner of [client, new Producer(client), new Consumer(client, 'orders')])
    for (const [name, stream] of Object.entries(owner)) {
      if (!(stream instanceof Observable)) continue
      assert.ok((names as readonly string[]).includes(name), name)
      assert.not.instance(stream, Deferred)
      assert.not('next' in stream, `${name} is a Subject`)
    }
})

test('a send makes no promise until somebody asks for one', async () => {
  const cluster = await ProduceCluster.start()
  cluster.topic('orders')
  const producer = new Producer(cluster.client())
  await cluster.settled(producer.send({ topic: 'orders', value: 'first' }))
  let promises = 0
  const hook = createHook({ init: (_, type) => void (promises += type === 'PROMISE' ? 1 : 0) }).enable()
  const sent = Array.from({ length: 1000 }, () => producer.send({ topic: 'orders', value: 'a' }))
  assert.is(promises, 0)
  for (const delivery of sent) delivery.subscribe({ error: assert.unreachable })
  assert.is(promises, 0)
  await cluster.clock.advance(10)
  hook.disable()
  assert.ok(promises < 500, String(promises))
  assert.is((await sent[999]!).offset, 1000n)
})

test.run()
