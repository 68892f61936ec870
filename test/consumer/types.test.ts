import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Observable } from 'rxjs'
import {
  Consumer,
  ConsumerGroup,
  KafkaClient,
  OFFSET_EARLIEST,
  type Batch,
  type ConsumerGroupOptions,
  type ConsumerOptions,
  type Deserializer,
  type MessageHandler,
  type PartitionBatches,
  type Processed,
  type ReceivedMessage,
} from '../../src'

// The compiler is the judge here: an expectation that no longer holds fails the build.

interface Order {
  readonly id: number
}

const client = new KafkaClient('b1')
const asOrder = (bytes: Buffer): Order => JSON.parse(bytes.toString()) as Order
const asText: Deserializer<string> = bytes => bytes.toString()

test('without deserializers keys and values are bytes or null', () => {
  const consumer: Consumer = new Consumer(client, 'orders')
  const batches: Observable<Batch> = consumer.start(OFFSET_EARLIEST)
  const same: Observable<Batch<Buffer, Buffer>> = batches
  const group: ConsumerGroup = new ConsumerGroup(client, 'billing', 'orders', { autoCommitCount: 5 })
  const each = group.processEach(({ key, value }) => {
    const bytes: [Buffer | null, Buffer | null] = [key, value]
    // @ts-expect-error: it may be null
    const sure: Buffer = value
    assert.ok([bytes, sure])
  })
  assert.ok([same, each])
})

test('what deserializers make is what every face gives, inferred from the options', () => {
  const consumer = new Consumer(client, 'orders', { keyDeserializer: asText, valueDeserializer: asOrder })
  const named: Consumer<string, Order> = consumer
  const batches: Observable<Batch<string, Order>> = consumer.start(OFFSET_EARLIEST)
  const split: Observable<PartitionBatches<string, Order>> = consumer.partitions$(OFFSET_EARLIEST)
  const loop = async (): Promise<void> => {
    for await (const batch of consumer)
      for (const { key, value, raw } of batch) {
        const seen: [string | null, Order | null, Buffer | null] = [key, value, raw.value]
        // @ts-expect-error: an order
        const wrong: Buffer | null = value
        assert.ok([seen, wrong])
      }
  }
  const done: Observable<Processed> = consumer.process(
    batch => {
      const first: ReceivedMessage<string, Order> | undefined = batch.messages[0]
      assert.ok(first)
    },
    { onError: (failed: Batch<string, Order>) => void failed.nack() },
  )
  const handler: MessageHandler<string, Order> = ({ value }) => void value?.id
  const each = consumer.processEach(handler, { onError: ({ raw }) => void raw.key })
  // @ts-expect-error: handles others
  const others = consumer.processEach(({ value }: ReceivedMessage<string, string>) => void value)
  assert.ok([named, batches, split, loop, done, each, others])
})

test('an arrow function in the options, a promise and null are understood', () => {
  const inferred = new Consumer(client, 'orders', {
    groupId: 'billing',
    valueDeserializer: async (bytes, { topic, headers }) => {
      await Promise.resolve()
      return { id: bytes.length, of: topic, headers }
    },
  })
  const batches: Observable<Batch<Buffer, { id: number; of: string }>> = inferred.start(OFFSET_EARLIEST)
  const group = new ConsumerGroup(client, 'billing', 'orders', {
    valueDeserializer: bytes => (bytes.length === 0 ? null : asOrder(bytes)),
  })
  const orders: Observable<Batch<Buffer, Order | null>> = group.start()
  assert.ok([batches, orders])
})

test('what is not bytes needs a deserializer', () => {
  // @ts-expect-error: somebody has to make orders of bytes
  const without = new Consumer<Buffer, Order>(client, 'orders')
  // @ts-expect-error: the same
  const without2 = new Consumer<Buffer, Order>(client, 'orders', { groupId: 'billing' })
  // @ts-expect-error: keys too
  const without3 = new ConsumerGroup<string, Order>(client, 'billing', 'orders', {
    valueDeserializer: asOrder,
  })
  // @ts-expect-error: a member of a group too
  const without4 = new ConsumerGroup<Buffer, Order>(client, 'billing', 'orders')
  // @ts-expect-error: makes no order
  const wrong = new Consumer<Buffer, Order>(client, 'orders', { valueDeserializer: asText })
  assert.ok([without, without2, without3, without4, wrong])
})

test('options of any value can be handed on', () => {
  function make<V>(options: ConsumerOptions<Buffer, V>): Consumer<Buffer, V> {
    return new Consumer<Buffer, V>(client, 'orders', options)
  }
  function member<K, V>(options: ConsumerGroupOptions<K, V>): ConsumerGroup<K, V> {
    return new ConsumerGroup<K, V>(client, 'billing', 'orders', options)
  }
  const made: Consumer<Buffer, Order> = make<Order>({ valueDeserializer: asOrder })
  const joined: ConsumerGroup<string, Order> = member({ keyDeserializer: asText, valueDeserializer: asOrder })
  const plain: ConsumerOptions = { groupId: 'billing' }
  // @ts-expect-error: somebody has to make orders of bytes
  const options: ConsumerOptions<Buffer, Order> = { groupId: 'billing' }
  assert.ok([made, joined, new Consumer(client, 'orders', plain), options])
})

test.run()
