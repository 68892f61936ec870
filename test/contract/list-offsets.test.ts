import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needs, needsAll, Partition, talking, type Talk } from '../support/talk'
import { batchOf, patched } from '../support/wire'

const { ListOffsets } = Apis
const [latest, earliest, maxTimestamp] = [-1, -2, -3]
const versions = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
const nowhere = 'NONE -1 at -1'

/** What is answered, as `<error> <offset> at <timestamp>`. */
async function found(partition: Partition, time: number, version = 6): Promise<string> {
  const listed = await partition.listOffset(time, { version })
  return `${errorName(listed)} ${listed.offset} at ${listed.timestamp}`
}

/** Offsets 0 to 7 in three batches, with times that go up and down. */
async function timed(talk: Talk, context: ContractContext): Promise<Partition> {
  const partition = await Partition.of(talk, context)
  const batch = (...times: number[]) => times.map(timestamp => ({ value: 'x', timestamp }))
  await partition.produce(batchOf(batch(1000, 2000, 1500)))
  await partition.produce(batchOf(batch(5000, 3000), { compression: 'gzip' }))
  await partition.produce(batchOf(batch(4000, 5000, 500)))
  return partition
}

for (const version of versions) {
  contract(
    `ListOffsets v${version} tells where a log begins and ends, and from v4 on in which leader epoch`,
    needsAll({ Produce: 9, ListOffsets: version }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      assert.is(await found(partition, latest, version), 'NONE 0 at -1')
      assert.is(await found(partition, earliest, version), 'NONE 0 at -1')
      await partition.produce(batchOf(['a', 'b', 'c']))
      assert.is(await found(partition, latest, version), 'NONE 3 at -1')
      assert.is(await found(partition, earliest, version), 'NONE 0 at -1')
      const { leaderEpoch } = await partition.listOffset(latest, { version })
      assert.is(leaderEpoch, version < 4 ? -1 : partition.leaderEpoch)
    }),
  )
}

for (const version of [1, 6, 11]) {
  contract(
    `ListOffsets v${version} finds the first record at a time or later`,
    needsAll({ Produce: 9, ListOffsets: version }),
    talking(async (talk, context) => {
      const partition = await timed(talk, context)
      const firstSince = (time: number) => found(partition, time, version)
      for (const time of [0, 1, 1000]) assert.is(await firstSince(time), 'NONE 0 at 1000')
      for (const time of [1001, 1500, 2000]) assert.is(await firstSince(time), 'NONE 1 at 2000')
      // Within the compressed batch, and not the later record that comes nearer.
      for (const time of [2001, 3500, 5000]) assert.is(await firstSince(time), 'NONE 3 at 5000')
      assert.is(await firstSince(5001), nowhere)
      const { leaderEpoch } = await partition.listOffset(1500, { version })
      assert.is(leaderEpoch, version < 4 ? -1 : partition.leaderEpoch)
    }),
  )
}

contract(
  'an empty log has no time, and no leader epoch for it',
  needs('ListOffsets', 6, 7),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    assert.is(await found(partition, 0), nowhere)
    assert.is(await found(partition, 1000), nowhere)
    assert.is(await found(partition, maxTimestamp, 7), nowhere)
    assert.is((await partition.listOffset(0)).leaderEpoch, -1)
  }),
)

contract(
  'the first record with the newest time is found from v7 on (KIP-734)',
  needsAll({ Produce: 9, ListOffsets: [1, 6, 7, 11] }),
  talking(async (talk, context) => {
    const partition = await timed(talk, context)
    for (const version of [7, 11]) assert.is(await found(partition, maxTimestamp, version), 'NONE 3 at 5000')
    for (const version of [1, 6])
      assert.is(await found(partition, maxTimestamp, version), 'UNSUPPORTED_VERSION -1 at -1')
    await partition.produce(batchOf(['x'], { timestamp: 6000 }))
    assert.is(await found(partition, maxTimestamp, 7), 'NONE 8 at 6000')
  }),
)

contract(
  'records without a time are not found by one',
  needsAll({ Produce: 9, ListOffsets: 7 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const timeless = patched(batchOf(['a'], { timestamp: 5 }), { baseTimestamp: -1, maxTimestamp: -1 })
    await partition.produce(timeless)
    assert.is(await found(partition, 0, 7), nowhere)
    await partition.produce(batchOf(['b'], { timestamp: 5 }))
    assert.is(await found(partition, 0, 7), 'NONE 1 at 5')
  }),
)

contract(
  'with LogAppendTime the time of the broker is what is found',
  needsAll({ CreateTopics: 4, Produce: 9, ListOffsets: 7 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context, { 'message.timestamp.type': 'LogAppendTime' })
    const { logAppendTimeMs } = await partition.produce(batchOf(['a', 'b'], { timestamp: 5 }))
    assert.is(await found(partition, maxTimestamp, 7), `NONE 0 at ${logAppendTimeMs}`)
    assert.is(await found(partition, 6, 7), `NONE 0 at ${logAppendTimeMs}`)
  }),
)

contract(
  'places of tiered storage: the local log begins where the log does, nothing is in a tier, and each has its version',
  needs('ListOffsets', 7, 8, 9, 10, 11),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const unsupported = 'UNSUPPORTED_VERSION -1 at -1'
    const [earliestLocal, latestTiered, earliestPending] = [-4, -5, -6]
    assert.is(await found(partition, earliestLocal, 7), unsupported)
    assert.is(await found(partition, earliestLocal, 8), 'NONE 0 at -1')
    assert.is(await found(partition, latestTiered, 8), unsupported)
    assert.is(await found(partition, latestTiered, 9), nowhere)
    assert.is(await found(partition, earliestPending, 10), unsupported)
    assert.is(await found(partition, earliestPending, 11), nowhere)
    for (const time of [-7, -100]) assert.is(await found(partition, time, 11), unsupported)
  }),
)

contract(
  'without transactions the last stable offset is the high watermark',
  needsAll({ Produce: 9, ListOffsets: 2 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    await partition.produce(batchOf(['a', 'b']))
    const listed = await partition.listOffset(latest, { version: 2, isolationLevel: 1 })
    assert.is(String(listed.offset), '2')
  }),
)

contract(
  'each partition is answered by itself, unknown ones as unknown',
  needs('ListOffsets', 6),
  talking(async (talk, context) => {
    const { connection, topic } = await Partition.of(talk, context)
    const unknown = context.uniqueName('topic')
    const asked = (...indexes: number[]) =>
      indexes.map(partitionIndex => ({ partitionIndex, timestamp: latest }))
    const { topics } = await connection.request(ListOffsets, 6, {
      replicaId: -1,
      topics: [
        { name: unknown, partitions: asked(0) },
        { name: topic, partitions: asked(7, 0, -1) },
      ],
    })
    const told = topics.flatMap(({ name, partitions }) =>
      partitions.map(one => `${name} ${one.partitionIndex} ${errorName(one)} ${one.offset}`),
    )
    assert.equal(
      told.sort(),
      [
        `${unknown} 0 UNKNOWN_TOPIC_OR_PARTITION -1`,
        `${topic} 0 NONE 0`,
        `${topic} 7 UNKNOWN_TOPIC_OR_PARTITION -1`,
        `${topic} -1 UNKNOWN_TOPIC_OR_PARTITION -1`,
      ].sort(),
    )
  }),
)

contract(
  'a partition asked for twice in one request is INVALID_REQUEST, once',
  needs('ListOffsets', 6),
  talking(async (talk, context) => {
    const { connection, topic } = await Partition.of(talk, context)
    const partitions = [latest, earliest].map(timestamp => ({ partitionIndex: 0, timestamp }))
    const together = [{ name: topic, partitions }]
    const apart = partitions.map(one => ({ name: topic, partitions: [one] }))
    for (const topics of [together, apart]) {
      const answer = await connection.request(ListOffsets, 6, { replicaId: -1, topics })
      const told = answer.topics.flatMap(one => one.partitions)
      assert.equal(told.map(errorName), ['INVALID_REQUEST'])
    }
  }),
)

runContract()
