import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, needsAll, talking } from '../support/talk'
import { autoCreation, noTopicId, offsetsTopic, topicsOf } from '../support/talk/metadata'
import { describe, resource } from '../support/talk/configs'
import { create, topicWhen } from '../support/talk/topics'

const { Metadata } = Apis

for (const version of [0, 13]) {
  contract(
    `Metadata v${version} tells of a topic: its partitions, each with leader, replicas and who is in sync`,
    needs('Metadata', version),
    talking(async (talk, { brokers, uniqueTopic }) => {
      const name = await uniqueTopic(3)
      const ids = brokers.map(({ id }) => id).sort()
      const [topic, ...others] = await topicsOf(talk, version, [{ name }])
      assert.is(others.length, 0)
      assert.is(errorName(topic), 'NONE')
      assert.is(topic!.name, name)
      assert.is(topic!.isInternal, false)
      assert.equal(topic!.partitions.map(({ partitionIndex }) => partitionIndex).sort(), [0, 1, 2])
      for (const partition of topic!.partitions) {
        assert.is(errorName(partition), 'NONE')
        assert.equal([...partition.replicaNodes].sort(), ids)
        assert.equal([...partition.isrNodes].sort(), ids)
        assert.equal(partition.offlineReplicas, [])
        assert.ok(ids.includes(partition.leaderId))
      }
    }),
  )
}

contract(
  'leaders of several partitions are spread over the brokers, and each is its first replica',
  { ...needs('Metadata', 1), brokers: 3 },
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(6)
    const [topic] = await topicsOf(talk, 1, [{ name }])
    for (const { leaderId, replicaNodes } of topic!.partitions) assert.is(leaderId, replicaNodes[0])
    assert.is(new Set(topic!.partitions.map(({ leaderId }) => leaderId)).size, 3)
  }),
)

contract(
  'Metadata names the brokers, from v1 with racks and a controller, from v2 with the id of the cluster',
  needs('Metadata', 0, 1, 2, 13),
  talking(async (talk, { brokers }) => {
    const expected = brokers.map(({ id, host, port }) => ({ nodeId: id, host, port }))
    const ask = async (version: number) => {
      const answer = await talk.request(Metadata, version, { topics: version === 0 ? [] : null })
      const named = answer.brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port }))
      assert.equal(
        named.sort((a, b) => a.nodeId - b.nodeId),
        expected,
      )
      return answer
    }
    assert.ok((await ask(0)).brokers.every(({ rack }) => rack === null))
    const first = await ask(1)
    assert.ok(brokers.some(({ id }) => id === first.controllerId))
    assert.is(first.clusterId, null)
    const { clusterId } = await ask(2)
    assert.match(clusterId ?? '', /^[\w-]{22}$/)
    const newest = await ask(13)
    assert.is(newest.clusterId, clusterId)
    assert.is(newest.errorCode, 0)
  }),
)

contract(
  'no topics are named by an empty list, and all by null; in v0 all by an empty list',
  needs('Metadata', 0, 1, 13),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic()
    const isNamed = async (version: number, list: [] | null) => {
      const topics = await topicsOf(talk, version, list)
      if (list && version > 0) assert.is(topics.length, 0)
      return topics.some(topic => topic.name === name)
    }
    assert.is(await isNamed(0, []), true)
    for (const version of [1, 13]) {
      assert.is(await isNamed(version, []), false)
      assert.is(await isNamed(version, null), true)
    }
  }),
)

contract(
  'a topic named twice is told of once',
  needs('Metadata', 4),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic()
    assert.is((await topicsOf(talk, 4, [{ name }, { name }])).length, 1)
  }),
)

contract(
  'Metadata has leader epochs from v7 and topic ids from v10',
  needs('Metadata', 6, 7, 9, 10),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic()
    const ask = async (version: number) => (await topicsOf(talk, version, [{ name }]))[0]!
    assert.is((await ask(6)).partitions[0]!.leaderEpoch, -1)
    assert.ok((await ask(7)).partitions[0]!.leaderEpoch >= 0)
    assert.is((await ask(9)).topicId, noTopicId)
    assert.is.not((await ask(10)).topicId, noTopicId)
  }),
)

for (const version of [12, 13]) {
  contract(
    `Metadata v${version} finds a topic by its id, whatever name is beside it, and then ignores entries without id`,
    needs('Metadata', version),
    talking(async (talk, { uniqueTopic }) => {
      const name = await uniqueTopic()
      const other = await uniqueTopic()
      const [{ topicId } = { topicId: noTopicId }] = await topicsOf(talk, version, [{ name }])
      const [found, ...more] = await topicsOf(talk, version, [{ topicId, name: null }, { name: other }])
      assert.is(more.length, 0)
      assert.is(found!.name, name)
      assert.is(found!.topicId, topicId)
      assert.is(found!.partitions.length, 1)
      const [misnamed] = await topicsOf(talk, version, [{ topicId, name: other }])
      assert.is(misnamed!.name, name)
    }),
  )
}

contract(
  'a topic id that no topic has is UNKNOWN_TOPIC_ID, with the id and without a name',
  needs('Metadata', 12),
  talking(async talk => {
    const topicId = 'eGkQ4kvYQVmZ3zjJq3v0xA'
    const [topic] = await topicsOf(talk, 12, [{ topicId, name: null }])
    assert.is(errorName(topic), 'UNKNOWN_TOPIC_ID')
    assert.is(topic!.name, null)
    assert.is(topic!.topicId, topicId)
    assert.is(topic!.partitions.length, 0)
  }),
)

contract(
  'before v12 topic ids are not answered: the whole request is refused, and names no broker',
  needs('Metadata', 10, 11),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic()
    const [{ topicId } = { topicId: noTopicId }] = await topicsOf(talk, 10, [{ name }])
    for (const version of [10, 11]) {
      const answer = await talk.request(Metadata, version, { topics: [{ topicId, name: null }, { name }] })
      assert.equal(answer.brokers, [])
      assert.is(answer.controllerId, -1)
      assert.equal(
        answer.topics.map(topic => [errorName(topic), topic.name, topic.topicId]),
        [
          ['INVALID_REQUEST', '', topicId],
          ['INVALID_REQUEST', name, noTopicId],
        ],
      )
    }
  }),
)

for (const version of [4, 13]) {
  contract(
    `Metadata v${version} without leave to create does not know an unknown topic, again and again`,
    needs('Metadata', version),
    talking(async (talk, { uniqueName, uniqueTopic }) => {
      const known = await uniqueTopic()
      const name = uniqueName('topic')
      for (let asked = 0; asked < 3; asked++) {
        const topics = await topicsOf(talk, version, [{ name }, { name: known }])
        const codes = new Map(topics.map(topic => [topic.name, errorName(topic)]))
        assert.is(codes.get(name), 'UNKNOWN_TOPIC_OR_PARTITION')
        assert.is(codes.get(known), 'NONE')
      }
      const unknown = (await topicsOf(talk, version, [{ name }]))[0]!
      assert.is(unknown.topicId, noTopicId)
      assert.is(unknown.partitions.length, 0)
    }),
  )
}

for (const version of [4, 13]) {
  contract(
    `without leave to create Metadata v${version} leaves the name free, and with leave it is taken`,
    needsAll({ Metadata: [version, 10], CreateTopics: 7 }),
    talking(async (talk, { uniqueName }) => {
      const [free, taken] = [uniqueName('topic'), uniqueName('topic')]
      await topicsOf(talk, version, [{ name: free }], false)
      await topicsOf(talk, version, [{ name: taken }], true)
      await topicWhen(talk, taken)
      const answers = await create(talk, 7, [{ name: free }, { name: taken }])
      assert.is(errorName(answers.get(free)), 'NONE')
      assert.is(errorName(answers.get(taken)), 'TOPIC_ALREADY_EXISTS')
    }),
  )
}

for (const version of [1, 13]) {
  contract(
    `Metadata v${version} tells which topics are internal`,
    needsAll({ Metadata: [version, 10], FindCoordinator: 0 }),
    talking(async (talk, { uniqueName, uniqueTopic }) => {
      await talk.coordinatorOf(uniqueName('group'))
      await topicWhen(talk, offsetsTopic)
      const topics = await topicsOf(talk, version, [{ name: offsetsTopic }, { name: await uniqueTopic() }])
      const internal = topics.filter(({ isInternal }) => isInternal).map(({ name }) => name)
      assert.equal(internal, [offsetsTopic])
    }),
  )
}

contract(
  'topics that do not exist yet are internal too, by their names',
  needs('Metadata', 13),
  talking(async talk => {
    const names = [offsetsTopic, '__transaction_state', '__share_group_state', '__consumer_offset']
    const topics = await topicsOf(
      talk,
      13,
      names.map(name => ({ name })),
      false,
    )
    assert.equal(
      names.filter(name => topics.find(topic => topic.name === name)!.isInternal),
      names.slice(0, 3),
    )
  }),
)

contract(
  'a coordinator topic that Metadata creates in passing is made as the coordinator needs it',
  needsAll({ Metadata: [4, 10], DescribeConfigs: 4 }),
  talking(async talk => {
    const name = '__transaction_state'
    await topicsOf(talk, 4, [{ name }], true)
    const { partitions } = await topicWhen(talk, name)
    assert.is(partitions.length, 4)
    const { configs } = await describe(talk, resource.topic, name, ['cleanup.policy'])
    assert.is(configs[0]!.value, 'compact')
  }),
)

for (const version of [0, 4, 13]) {
  contract(
    `Metadata v${version} creates a topic in passing: at first it is still unknown, then it has a leader`,
    needs('Metadata', version),
    talking(async (talk, { brokers, uniqueName }) => {
      const { first, topic } = await autoCreation(talk, version, uniqueName('topic'))
      assert.is(errorName(first), 'UNKNOWN_TOPIC_OR_PARTITION')
      assert.is(first.partitions.length, 0)
      assert.is(topic.partitions.length, 1)
      assert.ok(brokers.some(({ id }) => id === topic.partitions[0]!.leaderId))
    }),
  )
}

for (const version of [0, 12]) {
  contract(
    `names that no topic may have are INVALID_TOPIC_EXCEPTION in Metadata v${version}`,
    needs('Metadata', version),
    talking(async talk => {
      const bad = ['', '.', '..', 'a b', 'a/b', 'a,b', 'ä', 'x'.repeat(250)]
      const topics = await topicsOf(
        talk,
        version,
        bad.map(name => ({ name })),
        true,
      )
      assert.is(topics.length, bad.length)
      for (const name of bad) {
        const topic = topics.find(told => told.name === name)
        assert.is(errorName(topic), 'INVALID_TOPIC_EXCEPTION', `name ${name}`)
        assert.is(topic!.partitions.length, 0)
      }
    }),
  )
}

contract(
  'the longest name is allowed',
  needs('Metadata', 4),
  talking(async talk => {
    const [topic] = await topicsOf(talk, 4, [{ name: 'x'.repeat(249) }])
    assert.is(errorName(topic), 'UNKNOWN_TOPIC_OR_PARTITION')
  }),
)

contract(
  'what we may do is told only when asked for: with no authorizer everything',
  needs('Metadata', 8, 13),
  talking(async (talk, { uniqueTopic }) => {
    const topics = [{ name: await uniqueTopic() }]
    const silent = await talk.request(Metadata, 8, { topics })
    assert.is(silent.clusterAuthorizedOperations, -2147483648)
    assert.is(silent.topics[0]!.topicAuthorizedOperations, -2147483648)
    const asked = { topics, includeTopicAuthorizedOperations: true }
    const told = await talk.request(Metadata, 8, { ...asked, includeClusterAuthorizedOperations: true })
    assert.is(told.clusterAuthorizedOperations, 8096)
    assert.is(told.topics[0]!.topicAuthorizedOperations, 3576)
    const newest = await talk.request(Metadata, 13, asked)
    assert.is(newest.topics[0]!.topicAuthorizedOperations, 3576)
  }),
)

runContract()
