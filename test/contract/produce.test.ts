import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, eventually, needs, needsAll, Partition, talking } from '../support/talk'
import { batchOf, damaged, patched } from '../support/wire'

const { ApiVersions, Produce } = Apis
const noTopicId = 'AAAAAAAAAAAAAAAAAAAAAA'

for (const version of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]) {
  contract(
    `Produce v${version} appends a batch and answers the offset of its first record`,
    needsAll({ Produce: version, Fetch: 12, Metadata: 10 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const first = await partition.produce(batchOf(['a', 'b', 'c']), { version })
      const second = await partition.produce(batchOf(['d']), { version })
      assert.is(errorName(first), 'NONE')
      assert.is(errorName(second), 'NONE')
      assert.equal([String(first.baseOffset), String(second.baseOffset)], ['0', '3'])
      assert.is(String(second.logAppendTimeMs), '-1')
      assert.is(String(second.logStartOffset), version >= 5 ? '0' : '-1')
      assert.equal(second.recordErrors, [])
      assert.is(second.errorMessage, null)
      assert.equal(second.currentLeader, { leaderId: -1, leaderEpoch: -1 })
      assert.equal(partition.recordsOf(await partition.fetch(0)), ['0 a', '1 b', '2 c', '3 d'])
    }),
  )
}

contract(
  'an answer names the topic as the request does: up to v12 by name, from v13 on by id',
  needs('Produce', 12, 13),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const ask = async (version: number) =>
      (await partition.connection.request(Produce, version, partition.produceRequest(batchOf(['a']))))
        .responses[0]!
    const byName = await ask(12)
    assert.equal([byName.name, byName.topicId], [partition.topic, noTopicId])
    const byId = await ask(13)
    assert.equal([byId.name, byId.topicId], ['', partition.topicId])
  }),
)

for (const acks of [1, -1]) {
  contract(
    `what was acknowledged with acks ${acks} can be read at once, or soon where followers must have it first`,
    needsAll({ Produce: 9, Fetch: 12 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      assert.is(errorName(await partition.produce(batchOf(['a']), { acks })), 'NONE')
      const fetched = await partition.fetch(0, { maxWaitMs: acks === 1 ? 5000 : 0, minBytes: 1 })
      assert.equal(partition.recordsOf(fetched), ['0 a'])
      assert.is(String(fetched.highWatermark), '1')
    }),
  )
}

contract(
  'acks 0 is not answered, and what comes behind it is',
  needsAll({ Produce: 9, Fetch: 12, ApiVersions: 0 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const connection = talk.open(partition.leader)
    connection.tell(Produce, 9, partition.produceRequest(batchOf(['a']), { acks: 0 }))
    connection.tell(Produce, 9, partition.produceRequest(batchOf(['b']), { acks: 0 }))
    assert.is(errorName(await connection.request(ApiVersions, 0, {})), 'NONE')
    const fetched = await eventually(
      () => partition.fetch(0),
      ({ highWatermark }) => highWatermark.eq(2),
    )
    assert.equal(partition.recordsOf(fetched), ['0 a', '1 b'])
  }),
)

for (const [what, records, isKnown] of [
  ['an unknown partition', batchOf(['a']), false],
  ['a damaged batch', damaged(batchOf(['a'])), true],
  ['a batch of the old format', patched(batchOf(['a']), { magic: 1 }), true],
] as const) {
  contract(
    `acks 0 for ${what} closes the connection; what else was in the request is in its log`,
    needsAll({ Produce: 9, Fetch: 12 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const other = await Partition.of(talk, context)
      const connection = talk.open(partition.leader)
      const { topicData } = partition.produceRequest(batchOf(['good']))
      const index = isKnown ? 0 : 7
      const bad = { name: other.topic, partitionData: [{ index, records }] }
      connection.tell(Produce, 9, { acks: 0, timeoutMs: 1000, topicData: [...topicData, bad] })
      await connection.closed()
      assert.equal(partition.recordsOf(await partition.fetch(0, { maxWaitMs: 5000, minBytes: 1 })), [
        '0 good',
      ])
    }),
  )
}

contract(
  'acks other than 0, 1 and -1 are INVALID_REQUIRED_ACKS, and nothing is written',
  needsAll({ Produce: 9, ListOffsets: 6 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    for (const acks of [2, -2, 100]) {
      const produced = await partition.produce(batchOf(['a']), { acks })
      assert.is(errorName(produced), 'INVALID_REQUIRED_ACKS')
      assert.is(String(produced.baseOffset), '-1')
      assert.is(String(produced.logStartOffset), '-1')
    }
    // The batch is not looked at, the topic and the format are.
    assert.is(
      errorName(await partition.produce(damaged(batchOf(['a'])), { acks: 2 })),
      'INVALID_REQUIRED_ACKS',
    )
    const old = patched(batchOf(['a']), { magic: 1 })
    assert.is(errorName(await partition.produce(old, { acks: 2 })), 'INVALID_RECORD')
    assert.is(String((await partition.listOffset(-1)).offset), '0')
  }),
)

contract(
  'each partition of a request is written or refused by itself',
  needsAll({ Produce: 9, Fetch: 12 }),
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const [name, unknown] = [partition.topic, context.uniqueName('topic')]
    const records = batchOf(['a'])
    const { responses } = await partition.connection.request(Produce, 9, {
      acks: -1,
      timeoutMs: 5000,
      topicData: [
        {
          name: unknown,
          partitionData: [
            { index: 0, records },
            { index: 1, records },
          ],
        },
        {
          name,
          partitionData: [
            { index: 0, records },
            { index: 1, records },
            { index: -1, records },
          ],
        },
      ],
    })
    const told = responses.flatMap(topic =>
      topic.partitionResponses.map(one => `${topic.name} ${one.index} ${one.baseOffset} ${errorName(one)}`),
    )
    assert.equal(
      told.sort(),
      [
        `${unknown} 0 -1 UNKNOWN_TOPIC_OR_PARTITION`,
        `${unknown} 1 -1 UNKNOWN_TOPIC_OR_PARTITION`,
        `${name} 0 0 NONE`,
        `${name} 1 -1 UNKNOWN_TOPIC_OR_PARTITION`,
        `${name} -1 -1 UNKNOWN_TOPIC_OR_PARTITION`,
      ].sort(),
    )
    assert.equal(partition.recordsOf(await partition.fetch(0)), ['0 a'])
  }),
)

contract(
  'an unknown topic is not created by producing to it',
  needsAll({ Produce: 9, Metadata: 4 }),
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    const topicData = [{ name, partitionData: [{ index: 0, records: batchOf(['a']) }] }]
    for (let asked = 0; asked < 3; asked++) {
      const { responses } = await talk.request(Produce, 9, { acks: 1, timeoutMs: 1000, topicData })
      assert.is(errorName(responses[0]!.partitionResponses[0]), 'UNKNOWN_TOPIC_OR_PARTITION')
    }
  }),
)

contract(
  'an unknown topic id is UNKNOWN_TOPIC_ID, an unknown partition of a known one is not',
  needs('Produce', 13),
  talking(async (talk, context) => {
    const { connection, topicId } = await Partition.of(talk, context)
    const ask = async (id: string, index: number) => {
      const topicData = [{ topicId: id, partitionData: [{ index, records: batchOf(['a']) }] }]
      const { responses } = await connection.request(Produce, 13, { acks: 1, timeoutMs: 1000, topicData })
      assert.is(responses[0]!.topicId, id)
      return errorName(responses[0]!.partitionResponses[0])
    }
    assert.is(await ask('eGkQ4kvYQVmZ3zjJq3v0xA', 0), 'UNKNOWN_TOPIC_ID')
    assert.is(await ask(noTopicId, 0), 'UNKNOWN_TOPIC_ID')
    assert.is(await ask(topicId, 5), 'UNKNOWN_TOPIC_OR_PARTITION')
  }),
)

for (const version of [9, 13]) {
  contract(
    `of two entries for one partition in one request Produce v${version} keeps the last, and answers once`,
    needsAll({ Produce: version, Fetch: 12 }),
    talking(async (talk, context) => {
      const partition = await Partition.of(talk, context)
      const { topic: name, topicId } = partition
      const entry = (value: string) => ({ index: 0, records: batchOf([value]) })
      const ask = async (topicData: { partitionData: ReturnType<typeof entry>[] }[]) => {
        const named = topicData.map(data => ({ name, topicId, ...data }))
        const body = { acks: -1, timeoutMs: 5000, topicData: named }
        const { responses } = await partition.connection.request(Produce, version, body)
        return responses.flatMap(({ partitionResponses }) => partitionResponses)
      }
      const together = await ask([{ partitionData: [entry('first'), entry('second')] }])
      const apart = await ask([{ partitionData: [entry('third')] }, { partitionData: [entry('fourth')] }])
      assert.equal([...together, ...apart].map(errorName), ['NONE', 'NONE'])
      assert.equal(partition.recordsOf(await partition.fetch(0)), ['0 second', '1 fourth'])
    }),
  )
}

contract(
  'a request for nothing is answered with nothing',
  needs('Produce', 9),
  talking(async talk => {
    const answer = await talk.request(Produce, 9, { acks: 1, timeoutMs: 1000, topicData: [] })
    assert.equal(answer.responses, [])
  }),
)

runContract()
