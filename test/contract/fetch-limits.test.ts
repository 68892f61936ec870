import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needsAll, Partition, talking, type Talk } from '../support/talk'
import { batchOf } from '../support/wire'

const { Fetch } = Apis
const reading = needsAll({ Produce: 9, Fetch: 12 })
const batch = batchOf(['x'.repeat(100), 'y'])
const size = batch.length
/** Far below the deadline of an answer, and far above what an answer takes. */
const waitMs = 300

/** Partitions of one topic and one leader with so many batches in each. */
async function filled(talk: Talk, context: ContractContext, count: number, batches: number) {
  const all = await Partition.several(talk, context, count * context.brokers.length)
  const partitions = all.filter(({ leader }) => leader === all[0]!.leader)
  for (const partition of partitions)
    for (let made = 0; made < batches; made++) await partition.produce(batch)
  return partitions
}

interface Limits {
  readonly maxBytes?: number
  readonly partitionMaxBytes?: number
  readonly minBytes?: number
  readonly maxWaitMs?: number
}

/** Bytes that one Fetch answers for each of these partitions, in their order; and how long it took. */
async function bytesOf(
  [first, ...others]: readonly Partition[],
  { maxBytes = 1e6, partitionMaxBytes = 1e6, minBytes = 0, maxWaitMs = 0 }: Limits,
) {
  const partitions = [first!, ...others].map(({ index: partition }) => ({
    partition,
    fetchOffset: 0,
    partitionMaxBytes,
  }))
  const body = { maxBytes, minBytes, maxWaitMs, topics: [{ topic: first!.topic, partitions }] }
  const started = performance.now()
  const { responses } = await first!.connection.request(Fetch, 12, body)
  const ms = performance.now() - started
  const told = responses.flatMap(topic => topic.partitions)
  const bytes = partitions.map(
    ({ partition }) => told.find(one => one.partitionIndex === partition)!.records!.length,
  )
  return { bytes, ms }
}

for (const version of [4, 12, 18]) {
  contract(
    `a first batch above all limits comes whole (Fetch v${version})`,
    needsAll({ Produce: 9, Fetch: version, Metadata: 10 }),
    talking(async (talk, context) => {
      const [partition] = await filled(talk, context, 1, 3)
      for (const limit of [0, 1, size - 1]) {
        for (const limits of [{ maxBytes: limit }, { of: { partitionMaxBytes: limit } }]) {
          const fetched = await partition!.fetch(3, { version, ...limits })
          assert.is(fetched.records!.length, size)
          assert.equal(
            partition!.batchesOf(fetched).map(({ baseOffset }) => baseOffset),
            [2n],
          )
        }
      }
    }),
  )
}

contract(
  'behind the first batch the answer is cut at the limit, be that within a batch',
  reading,
  talking(async (talk, context) => {
    const [partition] = await filled(talk, context, 1, 4)
    for (const limit of [size, size + 1, 2 * size - 1, 2 * size, 3 * size + 17]) {
      for (const limits of [{ maxBytes: limit }, { of: { partitionMaxBytes: limit } }]) {
        const fetched = await partition!.fetch(0, limits)
        assert.is(fetched.records!.length, limit)
        assert.is(partition!.batchesOf(fetched).length, Math.floor(limit / size))
      }
    }
  }),
)

contract(
  'partitions share maxBytes in the order of the request; one whose first batch finds no room has nothing',
  reading,
  talking(async (talk, context) => {
    const partitions = await filled(talk, context, 4, 3)
    const bytes = async (maxBytes: number) => (await bytesOf(partitions, { maxBytes })).bytes
    assert.equal(await bytes(0), [size, 0, 0, 0])
    assert.equal(await bytes(size + 10), [size + 10, 0, 0, 0])
    assert.equal(await bytes(3 * size + 10), [3 * size, 0, 0, 0])
    assert.equal(await bytes(4 * size), [3 * size, size, 0, 0])
    assert.equal(await bytes(7 * size + 5), [3 * size, 3 * size, size + 5, 0])
    assert.equal(await bytes(1e6), [3 * size, 3 * size, 3 * size, 3 * size])
    const turned = [partitions[3]!, partitions[1]!, partitions[0]!]
    assert.equal((await bytesOf(turned, { maxBytes: 4 * size })).bytes, [3 * size, size, 0])
  }),
)

contract(
  'only the first partition with data may go above its own limit',
  reading,
  talking(async (talk, context) => {
    const partitions = await filled(talk, context, 3, 2)
    const bytes = async (partitionMaxBytes: number) =>
      (await bytesOf(partitions, { partitionMaxBytes })).bytes
    assert.equal(await bytes(0), [size, 0, 0])
    assert.equal(await bytes(size - 1), [size, 0, 0])
    assert.equal(await bytes(size), [size, size, size])
    assert.equal(await bytes(size + 9), [size + 9, size + 9, size + 9])
  }),
)

contract(
  'a partition without data leaves the exception to the next one',
  reading,
  talking(async (talk, context) => {
    const [empty, full] = await Partition.several(talk, context, 2 * context.brokers.length).then(all =>
      all.filter(({ leader }) => leader === all[0]!.leader),
    )
    await full!.produce(batch)
    assert.equal((await bytesOf([empty!, full!], { maxBytes: 1 })).bytes, [0, size])
  }),
)

contract(
  'a fetch with fewer bytes than minBytes waits for maxWaitMs, and then has what there is',
  reading,
  talking(async (talk, context) => {
    const [partition] = await filled(talk, context, 1, 2)
    const { bytes, ms } = await bytesOf([partition!], { minBytes: 100_000, maxWaitMs: waitMs })
    assert.equal(bytes, [2 * size])
    assert.ok(ms >= waitMs - 5, `waited ${ms} ms`)
    const started = performance.now()
    const nothing = await partition!.fetch(4, { minBytes: 1, maxWaitMs: waitMs })
    assert.is(errorName(nothing), 'NONE')
    assert.is(nothing.records!.length, 0)
    assert.ok(performance.now() - started >= waitMs - 5)
  }),
)

contract(
  'with minBytes 0, with maxWaitMs 0 and with enough bytes a fetch does not wait',
  reading,
  talking(async (talk, context) => {
    const [partition] = await filled(talk, context, 1, 2)
    const maxWaitMs = 60_000
    for (const limits of [
      { minBytes: 0, maxWaitMs },
      { minBytes: -1, maxWaitMs },
      { minBytes: 2 * size, maxWaitMs },
      { minBytes: 100_000, maxWaitMs: 0 },
      { minBytes: 100_000, maxWaitMs: -1 },
      // More than maxBytes cannot be waited for.
      { minBytes: 100_000, maxBytes: size, maxWaitMs },
    ])
      assert.ok((await bytesOf([partition!], limits)).bytes[0]! >= size)
  }),
)

contract(
  'a fetch that waits is answered as soon as enough has come, over all its partitions',
  reading,
  talking(async (talk, context) => {
    const partitions = await filled(talk, context, 2, 0)
    const [first, second] = partitions
    const on = talk.open(first!.leader)
    const asked = partitions.map(({ index: partition }) => ({
      partition,
      fetchOffset: 0,
      partitionMaxBytes: 1e6,
    }))
    const answer = on.request(Fetch, 12, {
      minBytes: 2 * size,
      maxWaitMs: 60_000,
      topics: [{ topic: first!.topic, partitions: asked }],
    })
    let isAnswered = false
    answer.then(
      () => (isAnswered = true),
      () => undefined,
    )
    await first!.produce(batch)
    for (let looked = 0; looked < 5; looked++) await first!.listOffset(-1)
    assert.is(isAnswered, false)
    await second!.produce(batch)
    const { responses } = await answer
    const bytes = responses.flatMap(topic => topic.partitions.map(({ records }) => records!.length))
    assert.equal(bytes, [size, size])
  }),
)

contract(
  'limits below 0 and isolation levels that there are not are UNKNOWN_SERVER_ERROR',
  reading,
  talking(async (talk, context) => {
    const [partition] = await filled(talk, context, 1, 1)
    for (const options of [{ maxBytes: -1 }, { of: { partitionMaxBytes: -1 } }, { isolationLevel: 5 }])
      assert.is(errorName(await partition!.fetch(0, options)), 'UNKNOWN_SERVER_ERROR')
  }),
)

runContract()
