import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking, type Talk } from '../support/talk'
import { topicWhen } from '../support/talk/topics'
import { batchOf } from '../support/wire'

const { DeleteRecords } = Apis
const deleting = needsAll({ DeleteRecords: [0, 1, 2], Produce: 9, Fetch: 12, ListOffsets: 6 })

/** Deletes what is before this offset; answers where the log begins then, or the error. */
async function deleteBefore(partition: Partition, offset: number, version = 2): Promise<string> {
  const topics = [{ name: partition.topic, partitions: [{ partitionIndex: partition.index, offset }] }]
  const answer = await partition.connection.request(DeleteRecords, version, { topics, timeoutMs: 5000 })
  const [told] = answer.topics[0]!.partitions
  return told!.errorCode === 0 ? String(told!.lowWatermark) : `${errorName(told)} ${told!.lowWatermark}`
}

/** Two batches, with offsets 0 to 2 and 3 to 5. */
async function filled(talk: Talk, context: ContractContext): Promise<Partition> {
  const partition = await Partition.of(talk, context)
  for (const values of [
    ['a', 'b', 'c'],
    ['d', 'e', 'f'],
  ])
    await partition.produce(batchOf(values))
  return partition
}

const startOf = async (partition: Partition) => String((await partition.listOffset(-2)).offset)

for (const version of [0, 1, 2]) {
  contract(
    `DeleteRecords v${version} moves the start of the log, also into the middle of a batch, and never back`,
    deleting,
    talking(async (talk, context) => {
      const partition = await filled(talk, context)
      assert.is(await deleteBefore(partition, 0, version), '0')
      assert.is(await deleteBefore(partition, 1, version), '1')
      assert.is(await startOf(partition), '1')
      assert.is(await deleteBefore(partition, 3, version), '3')
      assert.is(await deleteBefore(partition, 2, version), '3')
      assert.is(await startOf(partition), '3')
      assert.is(String((await partition.listOffset(-1)).offset), '6')
    }),
  )
}

contract(
  'what was deleted is OFFSET_OUT_OF_RANGE; what stays is read as before, its whole batch',
  deleting,
  talking(async (talk, context) => {
    const partition = await filled(talk, context)
    await deleteBefore(partition, 2)
    for (const offset of [0, 1]) {
      const fetched = await partition.fetch(offset, { maxWaitMs: 60_000, minBytes: 1 })
      assert.is(errorName(fetched), 'OFFSET_OUT_OF_RANGE')
    }
    const fetched = await partition.fetch(2)
    assert.equal(partition.recordsOf(fetched), ['0 a', '1 b', '2 c', '3 d', '4 e', '5 f'])
    assert.is(String(fetched.logStartOffset), '2')
    assert.equal(partition.recordsOf(await partition.fetch(4)), ['3 d', '4 e', '5 f'])
  }),
)

contract(
  '-1 is the high watermark: the log is empty then, and goes on where it was',
  deleting,
  talking(async (talk, context) => {
    const partition = await filled(talk, context)
    assert.is(await deleteBefore(partition, -1), '6')
    assert.is(await startOf(partition), '6')
    const nothing = await partition.fetch(6)
    assert.is(errorName(nothing), 'NONE')
    assert.equal([String(nothing.logStartOffset), nothing.records!.length], ['6', 0])
    assert.is(errorName(await partition.fetch(5)), 'OFFSET_OUT_OF_RANGE')
    const produced = await partition.produce(batchOf(['g']))
    assert.equal([String(produced.baseOffset), String(produced.logStartOffset)], ['6', '6'])
    assert.equal(partition.recordsOf(await partition.fetch(6)), ['6 g'])
  }),
)

contract(
  'beyond the high watermark, and below -1, it is OFFSET_OUT_OF_RANGE, and nothing is deleted',
  deleting,
  talking(async (talk, context) => {
    const partition = await filled(talk, context)
    assert.is(await deleteBefore(partition, 7), 'OFFSET_OUT_OF_RANGE -1')
    assert.is(await deleteBefore(partition, -2), 'OFFSET_OUT_OF_RANGE -1')
    assert.is(await startOf(partition), '0')
    assert.is(await deleteBefore(partition, 6), '6')
  }),
)

contract(
  'times are looked for in what is left',
  deleting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const times = [1000, 2000, 3000].map(timestamp => ({ value: 'x', timestamp }))
    await partition.produce(batchOf(times))
    await deleteBefore(partition, 2)
    const { offset, timestamp } = await partition.listOffset(1000)
    assert.equal([String(offset), String(timestamp)], ['2', '3000'])
  }),
)

contract(
  'a compacted topic keeps its records: POLICY_VIOLATION, unless its policy is to delete as well',
  { needs: [...deleting.needs!, { api: 'CreateTopics', version: 4 }] },
  talking(async (talk, context) => {
    for (const [policy, expected] of [
      ['compact', 'POLICY_VIOLATION -1'],
      ['compact,delete', '1'],
    ] as const) {
      const partition = await Partition.of(talk, context, { 'cleanup.policy': policy })
      await partition.produce(batchOf([{ key: 'k', value: 'v' }]))
      assert.is(await deleteBefore(partition, 1), expected)
    }
  }),
)

contract(
  'unknown topics and partitions are told beside what is done',
  deleting,
  talking(async (talk, context) => {
    const partition = await filled(talk, context)
    const unknown = context.uniqueName('topic')
    const { topics } = await partition.connection.request(DeleteRecords, 2, {
      timeoutMs: 5000,
      topics: [
        { name: unknown, partitions: [{ partitionIndex: 0, offset: 0 }] },
        {
          name: partition.topic,
          partitions: [5, 0].map(partitionIndex => ({ partitionIndex, offset: 1 })),
        },
      ],
    })
    const told = topics.flatMap(({ name, partitions }) =>
      partitions.map(one => `${name} ${one.partitionIndex} ${errorName(one)} ${one.lowWatermark}`),
    )
    assert.equal(
      told.sort(),
      [
        `${unknown} 0 UNKNOWN_TOPIC_OR_PARTITION -1`,
        `${partition.topic} 0 NONE 1`,
        `${partition.topic} 5 UNKNOWN_TOPIC_OR_PARTITION -1`,
      ].sort(),
    )
  }),
)

contract(
  'of several offsets for one partition the last counts, also under a topic that is named twice',
  deleting,
  talking(async (talk, context) => {
    const partition = await filled(talk, context)
    const topic = (...offsets: readonly number[]) => ({
      name: partition.topic,
      partitions: offsets.map(offset => ({ partitionIndex: partition.index, offset })),
    })
    const topics = [topic(5, 2), topic(4, 3)]
    const answer = await partition.connection.request(DeleteRecords, 2, { topics, timeoutMs: 5000 })
    const told = answer.topics.flatMap(({ partitions }) => partitions.map(one => String(one.lowWatermark)))
    assert.equal(told, ['3'])
    assert.is(await startOf(partition), '3')
  }),
)

contract(
  'internal topics are INVALID_TOPIC_EXCEPTION, whoever leads them; partitions they do not have are unknown',
  { ...needsAll({ DeleteRecords: 2, FindCoordinator: 0, Metadata: 10 }), brokers: 3 },
  talking(async (talk, { uniqueName }) => {
    await talk.coordinatorOf(uniqueName('group'))
    const name = '__consumer_offsets'
    await topicWhen(talk, name)
    for (const id of talk.brokers) {
      const partitions = [0, 99].map(partitionIndex => ({ partitionIndex, offset: 0 }))
      const body = { topics: [{ name, partitions }], timeoutMs: 5000 }
      const { topics } = await eventually(
        () => talk.broker(id).request(DeleteRecords, 2, body),
        answer => errorName(answer.topics[0]!.partitions[0]) !== 'UNKNOWN_TOPIC_OR_PARTITION',
      )
      const told = topics[0]!.partitions.map(one => `${one.partitionIndex} ${errorName(one)}`).sort()
      assert.equal(told, ['0 INVALID_TOPIC_EXCEPTION', '99 UNKNOWN_TOPIC_OR_PARTITION'])
    }
  }),
)

runContract()
