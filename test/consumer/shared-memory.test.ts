import type { Subscription } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Consumer,
  ConsumerGroup,
  KafkaClient,
  OFFSET_EARLIEST,
  VirtualClock,
  seededRandom,
  type Batch,
} from '../../src'
import { EmbeddedKafka } from '../../src/broker'
import { coreOf } from '../../src/client'
import { fetchMemoryOf } from '../../src/consumer/byte-budget'
import { MemoryNetwork } from '../../src/network'

const limit = 1024 * 1024
const batchMessages = 10
const value = Buffer.alloc(1000, '.')
/** A batch of the log, about. */
const batchBytes = batchMessages * 1100

/** What one consumer has of its topic. */
interface Reader {
  readonly consumer: Consumer | ConsumerGroup
  readonly batches: Batch[]
  messages: number
  /** Bytes of messages that are not acked. */
  held: number
  readonly subscription: Subscription
}

/** One client whose consumers share its memory, and the most that they held together at any moment of `until`. */
class Sharing {
  readonly clock: VirtualClock
  readonly client: KafkaClient
  readonly #kafka: EmbeddedKafka
  /** Bytes. */
  #most = 0

  constructor(clock: VirtualClock, kafka: EmbeddedKafka) {
    this.clock = clock
    this.#kafka = kafka
    this.client = new KafkaClient(kafka.bootstrap, {
      ...kafka.clientOptions,
      random: seededRandom(1),
      maxFetchBufferBytes: limit,
    })
  }

  /** Topics by name, with so many partitions of so many batches each. */
  static async start(topics: Readonly<Record<string, readonly [number, number]>>): Promise<Sharing> {
    const clock = new VirtualClock()
    const network = new MemoryNetwork(clock, { latencyMs: 1 })
    const partitionsOf = ([name, [partitions]]: [string, readonly [number, number]]) =>
      [name, { partitions }] as const
    const kafka = await EmbeddedKafka.start({
      topics: Object.fromEntries(Object.entries(topics).map(partitionsOf)),
      ...{ network, clock, random: seededRandom(1) },
    })
    for (const [name, [partitions, batches]] of Object.entries(topics))
      for (let partition = 0; partition < partitions; partition++)
        for (let i = 0; i < batches; i++)
          kafka.partition(name, partition).append(Array.from({ length: batchMessages }, () => ({ value })))
    return new Sharing(clock, kafka)
  }

  get #held(): number {
    return limit - fetchMemoryOf(coreOf(this.client)).free
  }

  assertBounded(): void {
    assert.ok(this.#most <= limit + batchBytes, `${this.#most} bytes at once`)
  }

  /** @param ackMs after which a batch is acked; undefined: never */
  read(consumer: Consumer | ConsumerGroup, ackMs: number | undefined): Reader {
    const stream = consumer instanceof ConsumerGroup ? consumer.start() : consumer.start(OFFSET_EARLIEST)
    const reader = { consumer, batches: [] as Batch[], messages: 0, held: 0 }
    const subscription = stream.subscribe({
      next: batch => {
        reader.batches.push(batch)
        reader.messages += batch.count
        reader.held += batch.bytes
        if (ackMs !== undefined)
          this.clock.after(ackMs, () => {
            reader.held -= batch.bytes
            batch.ack()
          })
      },
      error: assert.unreachable,
    })
    return Object.assign(reader, { subscription })
  }

  consumer(topic: string): Consumer {
    return new Consumer(this.client, topic, options)
  }

  until(done: () => boolean): Promise<void> {
    return this.clock.until(() => {
      this.#most = Math.max(this.#most, this.#held)
      return done()
    })
  }

  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms
    this.clock.after(ms, () => undefined)
    await this.until(() => this.clock.now() >= end)
  }

  async end(): Promise<void> {
    await this.clock.outcomeOf(this.client.close({ timeoutMs: 1 }))
    await this.clock.outcomeOf(this.#kafka.close())
  }
}

const options = { ack: 'manual', maxInFlightBatches: 1000, maxBatchMessages: batchMessages } as const

const all = 4 * 100 * batchMessages
const share = limit / 2
/** Fetches fill half of a share, of which the last one may leave something unused. */
const filled = share / 4
/** More than fetches fill of a share: so it was larger. */
const beyond = share / 2

test('one that holds its full share does not slow the other down', async () => {
  const msBeside = async (ordersEach: number): Promise<number> => {
    const sharing = await Sharing.start({ orders: [4, ordersEach], bills: [4, 100] })
    sharing.read(sharing.consumer('orders'), undefined)
    const quick = sharing.read(sharing.consumer('bills'), 1)
    await sharing.until(() => quick.messages > 0)
    const began = sharing.clock.now()
    await sharing.until(() => quick.messages === all)
    const ms = sharing.clock.now() - began
    sharing.assertBounded()
    await sharing.end()
    return ms
  }
  const [idle, full] = [await msBeside(0), await msBeside(500)]
  assert.ok(full < 1.1 * idle, `${full} ms, ${idle} ms beside one that holds nothing`)
})

test('one that comes later is read at once, and has its share when the first lets go of what is more than its own', async () => {
  const sharing = await Sharing.start({ orders: [4, 500], bills: [4, 500] })
  const first = sharing.read(sharing.consumer('orders'), 5000)
  await sharing.advance(1000)
  assert.ok(first.held > beyond)
  const second = sharing.read(sharing.consumer('bills'), 5000)
  await sharing.advance(1000)
  assert.ok(second.messages > 0)
  assert.ok(second.held <= beyond)
  await sharing.advance(8000)
  for (const { held } of [first, second]) assert.ok(held > filled && held <= beyond, `${held} bytes`)
  sharing.assertBounded()
  await sharing.end()
})

test('the share of one that is closed goes to the other, once what it held is let go', async () => {
  const sharing = await Sharing.start({ orders: [4, 500], bills: [4, 500] })
  const first = sharing.read(sharing.consumer('orders'), undefined)
  const second = sharing.read(sharing.consumer('bills'), undefined)
  await sharing.advance(1000)
  first.consumer.close({ timeoutMs: 5000 })
  await sharing.advance(7000)
  assert.ok(second.held > beyond, `${second.held} bytes`)
  sharing.assertBounded()
  await sharing.end()
})

test('a member of a group and a consumer beside it share as two consumers do', async () => {
  const sharing = await Sharing.start({ orders: [4, 500], bills: [4, 100] })
  const group = new ConsumerGroup(sharing.client, 'billing', 'orders', {
    ...options,
    autoOffsetReset: 'earliest',
  })
  const slow = sharing.read(group, undefined)
  const quick = sharing.read(sharing.consumer('bills'), 1)
  await sharing.until(() => quick.messages === all)
  await sharing.advance(10_000)
  assert.ok(slow.held > filled && slow.held <= beyond, `${slow.held} bytes`)
  quick.subscription.unsubscribe()
  await sharing.advance(1000)
  assert.ok(slow.held > beyond, `${slow.held} bytes`)
  sharing.assertBounded()
  await sharing.end()
})

test('of 300 partitions each has its turn in both consumers: none is more than one answer ahead', async () => {
  const sharing = await Sharing.start({ orders: [300, 10], bills: [300, 10] })
  const readers = ['orders', 'bills'].map(topic => sharing.read(sharing.consumer(topic), 10))
  let ahead = 0
  let seen = 0
  await sharing.until(() => {
    const count = readers.reduce((sum, { batches }) => sum + batches.length, 0)
    if (count - seen < 50) return count === 2 * 300 * 10
    seen = count
    ahead = Math.max(ahead, ...readers.map(leadIn))
    return false
  })
  assert.ok(ahead * batchBytes <= 64 * 1024 + batchBytes, `${ahead} batches`)
  sharing.assertBounded()
  await sharing.end()
})

/** How many batches the partition that was read most is ahead of the one that was read least. */
function leadIn({ batches }: Reader): number {
  const counts = new Array<number>(300).fill(0)
  for (const { partition } of batches) counts[partition]!++
  return Math.max(...counts) - Math.min(...counts)
}

test.run()
