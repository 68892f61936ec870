import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { Group } from '../support/talk/group'
import { commit, newTopic, stored } from '../support/talk/offsets'

const { OffsetCommit, OffsetFetch } = Apis
/** Of a topic that there is not. */
const strangeId = 'eGkQ4kvYQVmZ3zjJq3v0xA'

for (const version of [2, 3, 5, 6, 7, 8, 9, 10]) {
  contract(
    `what is committed with OffsetCommit v${version} is found again, by every version of OffsetFetch`,
    needs('OffsetCommit', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const topic = await newTopic(talk, context, 3)
      const { name, topicId } = topic
      const commits = [
        { partition: 0, offset: 7, metadata: 'so far', ...(version >= 6 && { epoch: 3 }) },
        { partition: 2, offset: 0, metadata: null },
      ]
      assert.equal(await commit(talk, group, topic, { version, commits }), { 0: 'NONE', 2: 'NONE' })
      for (const fetch of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
        const epoch = version >= 6 && fetch >= 5 ? 3 : -1
        const title = fetch >= 10 ? topicId : name
        const found = await stored(talk, group, { version: fetch, of: [[topic, 0, 1, 2]] })
        assert.equal(found, [
          `${title}/0: 7, ${epoch}, so far`,
          `${title}/1: -1, -1, `,
          `${title}/2: 0, -1, `,
        ])
      }
    }),
  )
}

contract(
  'a later commit replaces an earlier one, forwards and backwards, and leaves the other partitions',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context, 2)
    await commit(talk, group, topic, {
      commits: [{ offset: 5 }, { partition: 1, offset: 6, metadata: 'kept' }],
    })
    await commit(talk, group, topic, { commits: [{ offset: 9, metadata: 'b', epoch: 1 }] })
    await commit(talk, group, topic, { commits: [{ offset: 2, metadata: 'c' }] })
    const of: [typeof topic, ...number[]][] = [[topic, 0, 1]]
    assert.equal(await stored(talk, group, { of }), [
      `${topic.name}/0: 2, -1, c`,
      `${topic.name}/1: 6, -1, kept`,
    ])
  }),
)

for (const version of [2, 7, 8, 9]) {
  contract(
    `no list in OffsetFetch v${version} asks for all that is stored, and an empty one for nothing`,
    needs('OffsetFetch', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const [a, b] = [await newTopic(talk, context), await newTopic(talk, context, 2)]
      assert.equal(await stored(talk, group, { version }), [])
      await commit(talk, group, a)
      await commit(talk, group, b, { commits: [{ partition: 1, offset: 6 }] })
      const expected = [`${a.name}/0: 5, -1, `, `${b.name}/1: 6, -1, `]
      assert.equal(await stored(talk, group, { version }), expected.sort())
      assert.equal(await stored(talk, group, { version, of: [] }), [])
    }),
  )
}

contract(
  'no list in OffsetFetch v10 asks for all, by topic id',
  needs('OffsetFetch', 10),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    await commit(talk, group, topic)
    assert.equal(await stored(talk, group, { version: 10 }), [`${topic.topicId}/0: 5, -1, `])
  }),
)

contract(
  'a group that has stored nothing, or is not there, has -1 everywhere, even of topics that do not exist',
  needs('OffsetFetch', 1, 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const unknown = { name: context.uniqueName('topic'), topicId: strangeId }
    for (const version of [1, 9]) {
      const found = await stored(talk, group, {
        version,
        of: [
          [topic, 0, 99],
          [unknown, 0],
        ],
      })
      const expected = [
        `${topic.name}/0: -1, -1, `,
        `${topic.name}/99: -1, -1, `,
        `${unknown.name}/0: -1, -1, `,
      ]
      assert.equal(found, expected.sort())
    }
  }),
)

contract(
  'a topic id that no topic has is UNKNOWN_TOPIC_ID, and the others are answered',
  needs('OffsetFetch', 10),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const unknown = { name: '', topicId: strangeId }
    await commit(talk, group, topic, { version: 10 })
    assert.equal(await commit(talk, group, unknown, { version: 10 }), { 0: 'UNKNOWN_TOPIC_ID' })
    const found = await stored(talk, group, {
      version: 10,
      of: [
        [unknown, 0],
        [topic, 0],
      ],
    })
    assert.equal(found, [`${topic.topicId}/0: 5, -1, `, `${strangeId}/0: UNKNOWN_TOPIC_ID`].sort())
  }),
)

for (const version of [2, 9]) {
  contract(
    `OffsetCommit v${version} stores what it can: unknown topics and partitions fail alone`,
    needs('OffsetCommit', version),
    talking(async (talk, context) => {
      const group = await Group.of(talk, context)
      const topic = await newTopic(talk, context)
      const commits = [{ partition: 0 }, { partition: 99 }]
      assert.equal(await commit(talk, group, topic, { version, commits }), {
        0: 'NONE',
        99: 'UNKNOWN_TOPIC_OR_PARTITION',
      })
      const unknown = { name: context.uniqueName('topic'), topicId: strangeId }
      assert.equal(await commit(talk, group, unknown, { version }), { 0: 'UNKNOWN_TOPIC_OR_PARTITION' })
      assert.equal(await stored(talk, group), [`${topic.name}/0: 5, -1, `])
    }),
  )
}

contract(
  'metadata may be 4096 characters long; more is refused, partition by partition',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context, 2)
    const commits = [
      { partition: 0, metadata: 'ä'.repeat(4097) },
      { partition: 1, metadata: 'ä'.repeat(4096) },
    ]
    assert.equal(await commit(talk, group, topic, { commits }), { 0: 'OFFSET_METADATA_TOO_LARGE', 1: 'NONE' })
    assert.equal(await stored(talk, group), [`${topic.name}/1: 5, -1, ${'ä'.repeat(4096)}`])
  }),
)

contract(
  'several groups are asked about at once, each with topics of its own',
  needs('OffsetFetch', 8),
  talking(async (talk, context) => {
    const first = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    await commit(talk, first, topic)
    const second = await first.neighbour(context)
    await commit(talk, second, topic, { commits: [{ offset: 6 }] })
    const topics = [{ name: topic.name, partitionIndexes: [0] }]
    const groups = [
      { groupId: second.name, topics },
      { groupId: first.name, topics: null },
      { groupId: first.name, topics: [] },
    ]
    const answer = await talk.broker(first.coordinator).request(OffsetFetch, 8, { groups })
    assert.equal(
      answer.groups.map(group => [
        group.groupId,
        errorName(group),
        group.topics.map(({ partitions }) =>
          partitions.map(({ committedOffset }) => Number(committedOffset)),
        ),
      ]),
      [
        [second.name, 'NONE', [[6]]],
        [first.name, 'NONE', [[5]]],
        [first.name, 'NONE', []],
      ],
    )
  }),
)

contract(
  'offsets that no transaction holds up are stable',
  needs('OffsetFetch', 7, 8),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    await commit(talk, group, topic)
    const wanted = { groupId: group.name, topics: [{ name: topic.name, partitionIndexes: [0] }] }
    const broker = talk.broker(group.coordinator)
    const seventh = await broker.request(OffsetFetch, 7, { ...wanted, requireStable: true })
    assert.is(Number(seventh.topics[0]!.partitions[0]!.committedOffset), 5)
    const eighth = await broker.request(OffsetFetch, 8, { groups: [wanted], requireStable: true })
    assert.is(Number(eighth.groups[0]!.topics[0]!.partitions[0]!.committedOffset), 5)
  }),
)

contract(
  'a commit of nothing is answered with nothing, and makes no group',
  needs('OffsetCommit', 9),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const body = { groupId: group.name, topics: [] }
    const { topics } = await talk.broker(group.coordinator).request(OffsetCommit, 9, body)
    assert.equal(topics, [])
    const { groups } = await talk.broker(group.coordinator).request(Apis.ListGroups, 4, {})
    assert.not.ok(groups.some(({ groupId }) => groupId === group.name))
  }),
)

runContract()
