import * as assert from 'uvu/assert'
import type { BrokerError } from '../../src'
import { DeliveryError, hashed, KafkaClient, murmur2, Producer, roundRobin } from '../../src'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { messagesIn, numbered, valuesIn, withProducer } from '../support/producing'
import { needs } from '../support/talk'

contract(
  'messages are written in the order of the calls, and each call knows its offset',
  { core: true },
  ctx =>
    withProducer(ctx, {}, async ({ client, producer, topic }) => {
      const sent = numbered(500).map(value => producer.sendMessages(topic, null, [value, `${value}, again`]))
      const receipts = await Promise.all(sent)
      assert.equal(
        receipts.map(({ offset }) => offset),
        sent.map((_, i) => BigInt(2 * i)),
      )
      assert.equal(
        await valuesIn(client, topic),
        numbered(500).flatMap(value => [value, `${value}, again`]),
      )
    }),
)

contract('messages of one key are in the partition of its hash, in order', { core: true }, ctx =>
  withProducer(ctx, { partitions: 10, partitioner: hashed() }, async ({ client, producer, topic }) => {
    const keys = Array.from({ length: 40 }, (_, i) => `user-${i}`)
    for (const round of ['a', 'b', 'c']) for (const key of keys) producer.sendMessages(topic, key, [round])
    await producer.flush()
    const seen = new Map<string, { partition: number; rounds: string }>()
    for (let partition = 0; partition < 10; partition++) {
      for (const { key, value } of await messagesIn(client, topic, partition)) {
        const before = seen.get(String(key))?.rounds ?? ''
        seen.set(String(key), { partition, rounds: before + String(value) })
      }
    }
    assert.is(seen.size, 40)
    for (const [key, { partition, rounds }] of seen) {
      assert.is(partition, (murmur2(Buffer.from(key)) & 0x7fffffff) % 10)
      assert.is(rounds, 'abc')
    }
  }),
)

contract('calls are dealt to many partitions in turn', { core: true }, ctx =>
  withProducer(ctx, { partitions: 50, partitioner: roundRobin() }, async ({ client, producer, topic }) => {
    const receipts = await Promise.all(numbered(200).map(value => producer.send({ topic, value })))
    assert.equal(
      receipts.map(({ partition }) => partition),
      receipts.map((_, i) => i % 50),
    )
    assert.equal(await valuesIn(client, topic, 7), ['message 7', 'message 57', 'message 107', 'message 157'])
  }),
)

for (const acks of ['all', 'leader', 'none'] as const) {
  contract(`with acks ${acks} everything arrives in order`, { core: true }, ctx =>
    withProducer(ctx, { acks }, async ({ client, producer, topic }) => {
      const receipts = await Promise.all(numbered(100).map(value => producer.send({ topic, value })))
      assert.is(receipts[99]!.offset, acks === 'none' ? -1n : 99n)
      // Nobody is told when messages that ask for no acknowledgement are there; what is written after them is.
      const last = new Producer(client, { acks: 'all' })
      await last.send({ topic, value: 'last' })
      assert.equal(await valuesIn(client, topic), [...numbered(100), 'last'])
    }),
  )
}

for (const compression of ['gzip', 'zstd'] as const) {
  const needs = [{ api: 'Produce', version: 7 } as const]
  contract(
    `large and small batches compressed with ${compression} are written in the order of the calls`,
    compression === 'zstd' ? { core: true, needs } : { core: true },
    ctx =>
      withProducer(ctx, { compression, bufferBytes: 200_000 }, async ({ client, producer, topic }) => {
        // Small ones are compressed sooner than the large ones before them.
        const values = numbered(60).map((value, i) => value.padEnd(i % 10 === 9 ? 20 : 40_000, '.'))
        const sent = []
        for (const [i, value] of values.entries()) {
          sent.push(producer.send({ topic, value }))
          if (i % 20 === 19) await new Promise(resolve => setImmediate(resolve))
        }
        await Promise.all(sent)
        assert.equal(await valuesIn(client, topic), values)
      }),
  )
}

for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
  const needs = [{ api: 'Produce', version: 7 } as const]
  contract(
    `batches compressed with ${compression} arrive whole`,
    compression === 'zstd' ? { core: true, needs } : { core: true },
    ctx =>
      withProducer(ctx, { compression, bufferTime: 5 }, async ({ client, producer, topic }) => {
        const values = numbered(300).map(value => `${value} `.repeat(20))
        await Promise.all(values.map(value => producer.send({ topic, value })))
        assert.equal(await valuesIn(client, topic), values)
      }),
  )
}

contract(
  'keys, nulls, headers and times arrive as they were sent',
  { core: true, needs: [{ api: 'Produce', version: 3 }] },
  ctx =>
    withProducer(ctx, {}, async ({ client, producer, topic }) => {
      const headers = [
        ['trace', '7'],
        ['trace', null],
      ] as const
      producer.send({ topic, key: 'k', value: null, headers, timestamp: 1234567 })
      await producer.send({ topic, value: '' })
      const [first, second] = await messagesIn(client, topic)
      assert.is(String(first!.key), 'k')
      assert.is(first!.value, null)
      assert.is(first!.timestamp, 1234567n)
      assert.equal(
        first!.headers.map(([name, value]) => [name, value && String(value)]),
        headers,
      )
      assert.is(second!.key, null)
      assert.is(second!.value!.length, 0)
      assert.ok(Math.abs(Number(second!.timestamp) - Date.now()) < 60_000)
    }),
)

contract('a large call travels in one batch', { core: true }, ctx =>
  withProducer(ctx, {}, async ({ client, producer, topic }) => {
    const values = Array.from({ length: 900 }, (_, i) => String(i).padEnd(1000, '.'))
    const { offset } = await producer.sendMessages(topic, null, values)
    assert.is(offset, 0n)
    assert.equal(await valuesIn(client, topic), values)
  }),
)

contract(
  'a message over the limit of the broker fails alone, with the broker’s reason',
  { core: true },
  ctx =>
    withProducer(ctx, { maxBatchBytes: 4_000_000 }, async ({ client, producer, topic }) => {
      const before = producer.send({ topic, value: 'before' })
      const large = producer.send({ topic, value: Buffer.alloc(2_000_000) }).catch((error: unknown) => error)
      const after = producer.send({ topic, value: 'after' })
      const error = (await large) as DeliveryError
      assert.instance(error, DeliveryError)
      assert.is((error.cause as BrokerError).reason, 'MESSAGE_TOO_LARGE')
      assert.is(error.maybeWritten, false)
      await Promise.all([before, after])
      assert.equal(await valuesIn(client, topic), ['before', 'after'])
    }),
)

// In the formats before batches the limit is that of a single message.
contract(
  'a batch over the limit of the broker is split between its calls',
  { core: true, needs: [{ api: 'Produce', version: 3 }] },
  ctx =>
    withProducer(
      ctx,
      { bufferBytes: 4_000_000, maxBatchBytes: 4_000_000, bufferTime: 20 },
      async ({ client, producer, topic }) => {
        const values = Array.from({ length: 30 }, (_, i) => String(i).padEnd(100_000, '.'))
        let splits = 0
        producer.events$.subscribe({ next: ({ type }) => (splits += type === 'batch-split' ? 1 : 0) })
        const receipts = await Promise.all(values.map(value => producer.send({ topic, value })))
        assert.ok(splits > 0)
        assert.equal(
          receipts.map(({ offset }) => offset),
          values.map((_, i) => BigInt(i)),
        )
        assert.equal(await valuesIn(client, topic), values)
      },
    ),
)

contract(
  'batches carry a producer id where the broker knows producer ids',
  { needs: [{ api: 'InitProducerId', version: 0 }] },
  ctx =>
    withProducer(ctx, {}, async ({ producer, topic }) => {
      const types: string[] = []
      producer.events$.subscribe({ next: ({ type }) => types.push(type) })
      await producer.send({ topic, value: 'a' })
      assert.equal(types, ['producer-id'])
    }),
)

contract(
  'messages for a partition that is added later wait for it, and others do not wait for them',
  needs('CreatePartitions', 0),
  ctx =>
    withProducer(ctx, { partitions: 2 }, async ({ client, producer, topic }) => {
      const waiting = ['a', 'b'].map(value => producer.send({ topic, partition: 2, value }))
      await producer.send({ topic, partition: 1, value: 'c' })
      const wish = { name: topic, count: 3, assignments: null }
      await client.request(Apis.CreatePartitions, { topics: [wish], timeoutMs: 8000, validateOnly: false })
      const receipts = await Promise.all(waiting)
      assert.equal(
        receipts.map(({ offset }) => offset),
        [0n, 1n],
      )
      assert.equal(await valuesIn(client, topic, 2), ['a', 'b'])
      assert.equal(await valuesIn(client, topic, 1), ['c'])
    }),
)

contract('closing the client delivers what its producers accepted', { core: true }, async ctx => {
  const topic = await ctx.uniqueTopic()
  const client = new KafkaClient(ctx.bootstrap)
  const producer = new Producer(client, { bufferTime: 60_000 })
  const sent = numbered(50).map(value => producer.send({ topic, value }))
  await client.close()
  assert.is((await sent[49]!).offset, 49n)
})

runContract()
