import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { eventsOf, numbered, valuesIn, withNumbersFrom, withProducer } from '../support/producing'
import { needsAll, Partition, talking, type Talk } from '../support/talk'
import { Sequenced } from '../support/talk/sequenced'

const idempotent = needsAll({ InitProducerId: [0, 4], Produce: 9, Fetch: 12, ListOffsets: 6, Metadata: 10 })
const lastSequence = 2 ** 31 - 1
const lastEpoch = 2 ** 15 - 1

/** `<epoch> <sequence of the first> <how many>` of each batch in the partition. */
async function batchesIn(talk: Talk, topic: string, index = 0): Promise<string[]> {
  const partition = await Partition.find(talk, topic, index)
  const batches = []
  for (let offset = 0n; ;) {
    const found = partition.batchesOf(await partition.fetch(offset))
    if (found.length === 0) return batches
    batches.push(
      ...found.map(({ producerEpoch, baseSequence, count }) =>
        [producerEpoch, baseSequence, count].join(' '),
      ),
    )
    offset = found.at(-1)!.lastOffset + 1n
  }
}

/** Somebody else takes the next seven sequences of this producer, in this epoch. */
async function takeSequences(
  talk: Talk,
  topic: string,
  { id, epoch }: { readonly id: bigint; readonly epoch: number },
  sequence: number,
): Promise<void> {
  const stranger = new Sequenced(id)
  stranger.epoch = epoch
  assert.match(await stranger.send(await Partition.find(talk, topic), sequence, 7), /^\d+$/)
}

contract(
  'batches are numbered through in each partition, under one producer id',
  idempotent,
  talking((talk, ctx) =>
    withProducer(ctx, { partitions: 2, bufferCount: 2 }, async ({ producer, topic }) => {
      const ids = eventsOf(producer, 'producer-id')
      const sent = numbered(12).map((value, i) => producer.send({ topic, partition: i < 8 ? 0 : 1, value }))
      await Promise.all(sent)
      assert.equal(await batchesIn(talk, topic, 0), ['0 0 2', '0 2 2', '0 4 2', '0 6 2'])
      assert.equal(await batchesIn(talk, topic, 1), ['0 0 2', '0 2 2'])
      const [known] = await (await Partition.find(talk, topic)).producers()
      assert.equal(
        ids.map(({ id }) => id),
        [known!.id],
      )
    }),
  ),
)

for (const [where, first] of [
  ['between batches', lastSequence - 5],
  ['inside of a batch', lastSequence - 4],
] as const)
  contract(
    `after 2^31 - 1 messages sequences begin again, ${where}`,
    idempotent,
    talking((talk, ctx) =>
      withProducer(ctx, { bufferCount: 3 }, ({ client, producer, topic }) =>
        withNumbersFrom(client, { sequence: first }, async () => {
          const values = numbered(24)
          const receipts = await Promise.all(values.map(value => producer.send({ topic, value })))
          assert.equal(
            receipts.map(({ offset }) => offset),
            values.map((_, i) => BigInt(i)),
          )
          assert.equal(await valuesIn(client, topic), values)
          assert.equal(
            await batchesIn(talk, topic),
            Array.from({ length: 8 }, (_, batch) => `0 ${(first + 3 * batch) % 2 ** 31} 3`),
          )
        }),
      ),
    ),
  )

contract(
  'after epoch 32,767 a producer takes another id, and loses nothing',
  idempotent,
  talking((talk, ctx) =>
    withProducer(ctx, { bufferCount: 1 }, ({ client, producer, topic }) =>
      withNumbersFrom(client, { epoch: lastEpoch - 1 }, async () => {
        const ids = eventsOf(producer, 'producer-id')
        const own = numbered(9)
        await producer.send({ topic, value: own[0]! })
        for (const [sequence, from] of [
          [1, 1],
          [4, 5],
        ] as const) {
          await takeSequences(talk, topic, ids.at(-1)!, sequence)
          await Promise.all(own.slice(from, from + 4).map(value => producer.send({ topic, value })))
        }
        assert.equal(
          ids.map(({ epoch }) => epoch),
          [lastEpoch - 1, lastEpoch, 0],
        )
        assert.is(ids[0]!.id, ids[1]!.id)
        assert.is.not(ids[1]!.id, ids[2]!.id)
        const values = await valuesIn(client, topic)
        assert.equal(
          values.filter(value => value.startsWith('message')),
          own,
        )
      }),
    ),
  ),
)

for (const [what, later] of [
  ['its sequences', 0],
  ['the next epoch', 1],
] as const)
  contract(
    `a producer that loses ${what} goes on in another epoch, in order, and says so`,
    idempotent,
    talking((talk, ctx) =>
      withProducer(ctx, { partitions: 2, bufferCount: 1 }, async ({ client, producer, topic }) => {
        const ids = eventsOf(producer, 'producer-id')
        const lost = eventsOf(producer, 'sequence-lost')
        for (const partition of [0, 1]) await producer.send({ topic, partition, value: 'first' })
        const { id, epoch } = ids[0]!
        await takeSequences(talk, topic, { id, epoch: epoch + later }, later === 0 ? 1 : 0)
        const receipts = await Promise.all(
          numbered(10).map(value => producer.send({ topic, partition: 0, value })),
        )
        await producer.send({ topic, partition: 1, value: 'second' })
        assert.equal(
          receipts.map(({ offset }) => offset),
          receipts.map((_, i) => BigInt(8 + i)),
        )
        assert.ok(lost.length > 0)
        assert.ok(lost.every(({ at }) => at.topic === topic && at.partition === 0))
        const now = 1 + later
        assert.equal(
          ids.map(one => [one.id, one.epoch]),
          Array.from({ length: now + 1 }, (_, i) => [id, i]),
        )
        const own = (await batchesIn(talk, topic)).slice(2)
        assert.equal(
          own,
          own.map((_, i) => `${now} ${i} 1`),
        )
        // The other partition had nothing to change, and changes over with its next batch.
        assert.equal(await batchesIn(talk, topic, 1), ['0 0 1', `${now} 0 1`])
        assert.equal((await valuesIn(client, topic)).slice(8), numbered(10))
      }),
    ),
  )

contract(
  'a batch that is too large is split behind others in flight and before others, and nothing changes its place',
  idempotent,
  talking((talk, ctx) =>
    withProducer(
      ctx,
      { bufferCount: 3, bufferBytes: 4_000_000, maxBatchBytes: 4_000_000 },
      async ({ client, producer, topic }) => {
        const splits = eventsOf(producer, 'batch-split')
        const ids = eventsOf(producer, 'producer-id')
        await producer.send({ topic, value: 'first' })
        // Five batches in flight at once; the third, of three calls, is too large.
        const values = numbered(15).map((value, i) => (i >= 6 && i < 9 ? value.padEnd(600_000, '.') : value))
        const receipts = await Promise.all(values.map(value => producer.send({ topic, value })))
        assert.ok(splits.length > 0)
        assert.equal(
          receipts.map(({ offset }) => offset),
          values.map((_, i) => BigInt(1 + i)),
        )
        assert.equal(await valuesIn(client, topic), ['first', ...values])
        // What was too large used no sequence: they go on without a gap, in the same epoch.
        assert.is(ids.length, 1)
        const lines = (await batchesIn(talk, topic)).map(line => line.split(' ').map(Number))
        let next = 0
        for (const [epoch, sequence, count] of lines) {
          assert.equal([epoch, sequence], [0, next])
          next += count!
        }
        assert.is(next, 16)
      },
    ),
  ),
)

runContract()
