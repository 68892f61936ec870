import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { needsAll, Partition, talking, type Fetched } from '../support/talk'
import { implicit, Transactional } from '../support/talk/transactional'
import { batchOf } from '../support/wire'

const reading = needsAll({
  InitProducerId: 4,
  Produce: 12,
  EndTxn: 5,
  Fetch: [4, 12],
  ListOffsets: [6, 7],
  DescribeTransactions: 0,
})
const committed = { isolationLevel: 1 }
const inTransaction = { version: implicit.Produce }
const ending = { version: implicit.EndTxn }

/** `<producer>@<first offset>` of each transaction that a reader has to leave out. */
const abortedIn = ({ abortedTransactions }: Fetched, producers: readonly Transactional[]) =>
  abortedTransactions?.map(({ producerId, firstOffset }) => {
    const index = producers.findIndex(({ id }) => String(id) === String(producerId))
    return `${index}@${String(firstOffset)}`
  })

contract(
  'read_committed ends where the first open transaction begins, and goes on when that ends',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const [slow, quick] = [await Transactional.of(talk, context), await Transactional.of(talk, context)]
    await partition.produce(batchOf(['plain']))
    await slow.send(partition, 0, { ...inTransaction, values: ['slow'] })
    await quick.send(partition, 0, { ...inTransaction, values: ['quick'] })
    await quick.settle('commit', ending)
    const seen = await partition.fetch(0, committed)
    assert.equal(partition.recordsOf(seen), ['0 plain'])
    assert.equal([Number(seen.lastStableOffset), Number(seen.highWatermark)], [1, 4])
    assert.equal(seen.abortedTransactions, [])
    const all = await partition.fetch(0)
    assert.equal([Number(all.lastStableOffset), all.abortedTransactions], [1, null])
    assert.is(partition.batchesOf(all).length, 4)
    await slow.settle('commit', ending)
    const after = await partition.fetch(0, committed)
    assert.equal([Number(after.lastStableOffset), Number(after.highWatermark)], [5, 5])
    assert.equal(
      partition.batchesOf(after).map(({ isControl, isTransactional }) => [isControl, isTransactional]),
      [
        [false, false],
        [false, true],
        [false, true],
        [true, true],
        [true, true],
      ],
    )
  }),
)

contract(
  'a fetch of what is committed tells which transactions of it were aborted, in the order of their ends',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producers: Transactional[] = []
    for (let i = 0; i < 4; i++) producers.push(await Transactional.of(talk, context))
    const [a, b, c, d] = producers as [Transactional, Transactional, Transactional, Transactional]
    for (const producer of producers) await producer.send(partition, 0, inTransaction)
    await c.settle('abort', ending)
    await a.settle('abort', ending)
    await b.settle('commit', ending)
    // Up to the open transaction, but told of what ended behind it too.
    const before = await partition.fetch(0, committed)
    assert.is(partition.batchesOf(before).length, 3)
    assert.equal(abortedIn(before, producers), ['2@2', '0@0'])
    assert.equal(abortedIn(await partition.fetch(3, committed), producers), [])
    await d.settle('abort', ending)
    for (const version of [4, 12])
      assert.equal(abortedIn(await partition.fetch(0, { ...committed, version }), producers), [
        '2@2',
        '0@0',
        '3@3',
      ])
    const from = async (offset: number) => abortedIn(await partition.fetch(offset, committed), producers)
    assert.equal(await from(4), ['2@2', '0@0', '3@3'])
    assert.equal(await from(5), ['0@0', '3@3'])
    assert.equal(await from(6), ['3@3'])
    assert.equal(await from(8), [])
  }),
)

contract(
  'a fetch of what is committed that waits is answered when a transaction ends',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await producer.send(partition, 0, inTransaction)
    const on = talk.open(partition.leader)
    const waiting = partition.fetch(0, { ...committed, on, maxWaitMs: 20_000, minBytes: 1 })
    const begun = performance.now()
    await producer.end('commit', ending)
    assert.equal(partition.recordsOf(await waiting).slice(0, 1), ['0 0'])
    assert.ok(performance.now() - begun < 15_000)
  }),
)

contract(
  'ListOffsets of what is committed knows nothing behind the last stable offset, whatever it is asked for',
  reading,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await partition.produce(batchOf([{ value: 'plain', timestamp: 1000 }], { timestamp: 1000 }))
    await producer.send(partition, 0, inTransaction)
    const offset = async (timestamp: number, isolationLevel: number) =>
      Number((await partition.listOffset(timestamp, { isolationLevel, version: 7 })).offset)
    assert.equal([await offset(-1, 1), await offset(-1, 0)], [1, 2])
    assert.equal([await offset(1001, 1), await offset(1001, 0)], [-1, 1])
    assert.equal([await offset(-3, 1), await offset(-3, 0)], [-1, 1])
    assert.equal([await offset(1000, 1), await offset(1000, 0)], [0, 0])
    await producer.settle('abort', ending)
    assert.equal([await offset(-1, 1), await offset(1001, 1)], [3, 1])
  }),
)

contract(
  'records of an open transaction can be deleted; the last stable offset follows the start of the log',
  {
    needs: [
      ...reading.needs!,
      { api: 'DeleteRecords', version: 2 },
      { api: 'DescribeProducers', version: 0 },
    ],
  },
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await producer.send(partition, 0, inTransaction)
    await partition.produce(batchOf(['plain']))
    const topics = [{ name: partition.topic, partitions: [{ partitionIndex: 0, offset: -1 }] }]
    await partition.connection.request(Apis.DeleteRecords, 2, { topics, timeoutMs: 5000 })
    const seen = await partition.fetch(2, committed)
    assert.equal([Number(seen.logStartOffset), Number(seen.lastStableOffset)], [2, 2])
    assert.is((await partition.producers())[0]!.start, 0n)
    await producer.settle('abort', ending)
    const after = await partition.fetch(2, committed)
    assert.equal([Number(after.lastStableOffset), abortedIn(after, [producer])], [3, ['0@0']])
  }),
)

runContract()
