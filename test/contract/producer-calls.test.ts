import * as assert from 'uvu/assert'
import {
  BufferFullError,
  consistentHash,
  hashed,
  MessageTooLargeError,
  murmur2,
  Producer,
  random,
  SerializationError,
  sticky,
  type ChoosePartition,
  type Partitioner,
} from '../../src'
import { contract, runContract } from '../support/contract'
import { messagesIn, numbered, valuesIn, withProducer } from '../support/producing'

const core = { core: true }

const failureOf = (outcome: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(outcome).then(
    () => assert.unreachable(),
    (error: unknown) => error,
  )

/** How many messages each batch had that was delivered. */
function batchesOf({ batches$ }: { readonly batches$: Producer['batches$'] }): number[] {
  const sizes: number[] = []
  batches$.subscribe({ next: ({ messages }) => void sizes.push(messages) })
  return sizes
}

interface Order {
  readonly id: number
  /** Turns of the event loop that its bytes take. */
  readonly turns: number
}

async function encoded({ id, turns }: Order): Promise<string> {
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
  if (id === 13) throw new RangeError('nobody wants it')
  return `order ${id}`
}

contract(
  'while serializers take their time the order of the calls is kept, and one that throws fails its call alone',
  core,
  ctx =>
    withProducer(ctx, {}, async ({ client, topic }) => {
      const producer = new Producer<Order>(client, {
        serializer: (order: Order) => (order.turns === 0 ? `order ${order.id}` : encoded(order)),
        keyMaker: ({ id }) => `user ${id % 3}`,
      })
      const orders = Array.from({ length: 40 }, (_, id) => ({ id, turns: (id * 7) % 5 }))
      const sent = orders.map(order =>
        order.id % 10 === 9
          ? producer.sendMessages(topic, undefined, [order, { ...order, id: order.id + 100 }])
          : producer.send({ topic, value: order }),
      )
      const error = await failureOf(sent[13]!)
      assert.instance(error, SerializationError)
      await producer.flush()
      const expected = orders
        .filter(({ id }) => id !== 13)
        .flatMap(({ id }) =>
          id % 10 === 9
            ? [
                [id, id],
                [id, id + 100],
              ]
            : [[id, id]],
        )
      assert.equal(
        (await messagesIn(client, topic)).map(({ key, value }) => [String(key), String(value)]),
        expected.map(([call, id]) => [`user ${call! % 3}`, `order ${id}`]),
      )
      const receipts = await Promise.all(sent.filter((_, i) => i !== 13))
      for (const [i, { offset }] of receipts.slice(1).entries()) assert.ok(offset > receipts[i]!.offset)
    }),
)

contract('keys and values are text, Buffers, Uint8Arrays or null', core, ctx =>
  withProducer(ctx, {}, async ({ client, producer, topic }) => {
    const bytes = Buffer.from('a buffer')
    const forms = [bytes, new Uint8Array(bytes), bytes.toString(), null]
    for (const key of forms) producer.sendMessages(topic, key, forms)
    bytes.fill(0)
    await producer.flush()
    const read = ['a buffer', 'a buffer', 'a buffer', null]
    assert.equal(
      (await messagesIn(client, topic)).map(({ key, value }) => [key && String(key), value && String(value)]),
      read.flatMap(key => read.map(value => [key, value])),
    )
  }),
)

contract('a call over maxBatchBytes is refused whole and at once, and no other with it', core, ctx =>
  withProducer(ctx, { maxBatchBytes: 1000 }, async ({ client, producer, topic }) => {
    producer.send({ topic, value: 'before' })
    const refused = producer.sendMessages(topic, null, ['small', Buffer.alloc(1000), 'small'])
    let isRefused = false
    refused.subscribe({ error: () => (isRefused = true) })
    assert.ok(isRefused)
    assert.instance(await failureOf(refused), MessageTooLargeError)
    await producer.send({ topic, value: 'after' })
    assert.equal(await valuesIn(client, topic), ['before', 'after'])
  }),
)

contract('past maxBufferedBytes a send fails at once, and when ready has ended there is room', core, ctx =>
  withProducer(
    ctx,
    { maxBufferedBytes: 100_000, bufferTime: 60_000 },
    async ({ client, producer, topic }) => {
      const value = Buffer.alloc(10_000)
      const sent = Array.from({ length: 30 }, () => producer.send({ topic, value }))
      const outcomes = Promise.allSettled(sent)
      await producer.ready()
      const more = Array.from({ length: 3 }, () => producer.send({ topic, value }))
      await producer.flush()
      await Promise.all(more)
      const refused = (await outcomes).filter(one => one.status === 'rejected')
      assert.ok(refused.length > 10 && refused.length < 30)
      for (const { reason } of refused) assert.instance(reason, BufferFullError)
      assert.is((await messagesIn(client, topic)).length, 30 - refused.length + 3)
    },
  ),
)

contract(
  'what is sent in one turn leaves together; bufferCount and bufferBytes cut it, flush sends the rest',
  core,
  ctx =>
    withProducer(ctx, {}, async ({ client, producer, topic }) => {
      await producer.send({ topic, value: 'known' })
      const together = batchesOf(producer)
      await Promise.all(numbered(100).map(value => producer.send({ topic, value })))
      assert.equal(together, [100])
      for (const [limit, cut] of [
        [{ bufferCount: 10 }, [10, 10, 5]],
        [{ bufferBytes: 5000 }, [4, 4, 4, 4, 4, 4, 1]],
      ] as const) {
        const patient = new Producer(client, { lingerMs: 60_000, ...limit })
        const batches = batchesOf(patient)
        const sent = Array.from({ length: 25 }, () =>
          patient.send({ topic, partition: 0, value: Buffer.alloc(1000) }),
        )
        // The last batch is not full: it waits, and the others do not.
        await sent[cut.slice(0, -1).reduce<number>((sum, count) => sum + count, -1)]!
        assert.equal(batches, cut.slice(0, -1))
        await patient.flush()
        assert.equal(batches, cut)
      }
      assert.is((await messagesIn(client, topic)).length, 1 + 100 + 25 + 25)
    }),
)

const keys = numbered(40, 'key')
const ofHash = keys.map(key => (murmur2(Buffer.from(key)) & 0x7fffffff) % 4)
const kinds = (partitions: readonly number[]) => new Set(partitions).size

/** What the partitions of calls with a key, and of as many without, have to be. */
const choices: readonly {
  readonly by: string
  readonly partitioner: Partitioner | ChoosePartition
  readonly check: (keyed: readonly number[], keyless: readonly number[]) => boolean
}[] = [
  {
    by: 'the hash of the key, and are one for all that has none',
    partitioner: hashed(),
    check: (keyed, keyless) => String(keyed) === String(ofHash) && kinds(keyless) === 1,
  },
  { by: 'turns', partitioner: sticky(), check: (...calls) => kinds(calls.flat()) === 1 },
  { by: 'chance', partitioner: random(), check: (...calls) => kinds(calls.flat()) === 4 },
  {
    by: 'consistent hash',
    partitioner: consistentHash(),
    check: keyed => kinds(keyed) > 1 && String(keyed) !== String(ofHash),
  },
  {
    by: 'a function of key and partitions',
    partitioner: (key, partitions) => partitions[key === null ? 2 : partitions.length - 1]!,
    check: (keyed, keyless) =>
      String([...keyed, ...keyless]) === String([...keys.map(() => 3), ...keys.map(() => 2)]),
  },
]

for (const { by, partitioner, check } of choices)
  contract(`partitions are chosen by ${by}`, core, ctx =>
    withProducer(ctx, { partitions: 4, partitioner }, async ({ client, producer, topic }) => {
      const keyed = keys.map(key => producer.send({ topic, key, value: 'keyed' }))
      const keyless = keys.map(value => producer.send({ topic, value }))
      const partitions = (await Promise.all([...keyed, ...keyless])).map(({ partition }) => partition)
      assert.ok(check(partitions.slice(0, 40), partitions.slice(40)), String(partitions))
      const named = await producer.send({ topic, key: 'key 0', partition: 1, value: 'named' })
      assert.is(named.partition, 1)
      for (const partition of [0, 1, 2, 3])
        assert.is(
          (await messagesIn(client, topic, partition)).length,
          [...partitions, 1].filter(one => one === partition).length,
        )
    }),
  )

contract('a partitioner or a key maker that throws fails that message alone', core, ctx =>
  withProducer(ctx, {}, async ({ client, topic }) => {
    const refuse = (what: string) => {
      throw new RangeError(what)
    }
    const producer = new Producer(client, {
      partitioner: key => (String(key) === 'nowhere' ? refuse('no partition') : 0),
      keyMaker: value => (value === 'keyless' ? refuse('no key') : 'key'),
    })
    const sent = [
      producer.send({ topic, value: 'before' }),
      producer.send({ topic, value: 'keyless' }),
      producer.send({ topic, key: 'nowhere', value: 'lost' }),
      producer.send({ topic, value: 'after' }),
    ]
    const outcomes = await Promise.allSettled(sent)
    assert.equal(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    assert.equal(await valuesIn(client, topic), ['before', 'after'])
  }),
)

runContract()
