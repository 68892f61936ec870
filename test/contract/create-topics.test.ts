import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'
import { describe, resource, source } from '../support/talk/configs'
import { noTopicId, topicsOf } from '../support/talk/metadata'
import { create, refusal, topicWhen, type Created } from '../support/talk/topics'

const byHand = { numPartitions: -1, replicationFactor: -1 }

for (const version of [2, 5, 7]) {
  contract(
    `CreateTopics v${version} makes a topic, and tells of it as far as this version can`,
    needs('CreateTopics', version),
    talking(async (talk, { uniqueName }) => {
      const name = uniqueName('topic')
      const configs = [{ name: 'retention.ms', value: '5000' }]
      const answer = (await create(talk, version, [{ name, numPartitions: 3, configs }])).get(name)!
      assert.is(errorName(answer), 'NONE')
      assert.is(answer.errorMessage, null)
      assert.is(answer.numPartitions, version < 5 ? -1 : 3)
      assert.is(answer.replicationFactor, version < 5 ? -1 : 1)
      const topic = await topicWhen(talk, name)
      assert.is(topic.partitions.length, 3)
      assert.ok(topic.partitions.every(({ replicaNodes }) => replicaNodes.length === 1))
      assert.is(answer.topicId, version < 7 ? noTopicId : topic.topicId)
      const given = answer.configs?.find(config => config.name === 'retention.ms')
      assert.is(given?.value, version < 5 ? undefined : '5000')
      assert.is(given?.configSource, version < 5 ? undefined : source.topic)
    }),
  )
}

contract(
  'the settings in the answer are those that DescribeConfigs tells, of the same sources',
  needs('DescribeConfigs', 4),
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    const configs = [{ name: 'cleanup.policy', value: 'compact,delete' }]
    const answer = (await create(talk, 7, [{ name, configs }])).get(name)!
    await topicWhen(talk, name)
    const described = await describe(talk, resource.topic, name)
    const line = (config: (typeof described.configs)[number] | NonNullable<Created['configs']>[number]) =>
      [config.name, config.value, config.configSource, config.readOnly, config.isSensitive].join(' ')
    assert.is(answer.topicConfigErrorCode, 0)
    assert.ok(described.configs.length > 20)
    assert.equal((answer.configs ?? []).map(line).sort(), described.configs.map(line).sort())
  }),
)

contract(
  'with -1 the broker chooses how many partitions and replicas',
  needs('DescribeConfigs', 4),
  talking(async (talk, { brokers, uniqueName }) => {
    const [name, old] = [uniqueName('topic'), uniqueName('topic')]
    const keys = ['num.partitions', 'default.replication.factor']
    const { configs } = await describe(talk, resource.broker, String(brokers[0]!.id), keys)
    const setting = (key: string) => Number(configs.find(config => config.name === key)!.value)
    const answer = (await create(talk, 7, [{ name, ...byHand }])).get(name)!
    assert.is(answer.numPartitions, setting('num.partitions'))
    assert.is(answer.replicationFactor, setting('default.replication.factor'))
    assert.is(errorName((await create(talk, 2, [{ name: old, ...byHand }])).get(old)), 'NONE')
  }),
)

contract(
  'what is only to be checked is answered like the rest, and not made',
  needs('CreateTopics', 7),
  talking(async (talk, { uniqueName }) => {
    const [good, bad] = [uniqueName('topic'), uniqueName('topic')]
    const wishes = [
      { name: good, numPartitions: 4 },
      { name: bad, numPartitions: 0 },
    ]
    const answers = await create(talk, 7, wishes, { validateOnly: true })
    assert.is(errorName(answers.get(good)), 'NONE')
    assert.is(answers.get(good)!.numPartitions, 4)
    assert.is(errorName(answers.get(bad)), 'INVALID_PARTITIONS')
    // Were it made, this could not be.
    assert.is(await refusal(talk, { name: good }), 'NONE')
  }),
)

contract(
  'a topic that exists is TOPIC_ALREADY_EXISTS, checked or made, and stays as it is',
  needs('CreateTopics', 2, 7),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(2)
    for (const version of [2, 7]) {
      const answers = await create(talk, version, [{ name, numPartitions: 5 }])
      assert.is(errorName(answers.get(name)), 'TOPIC_ALREADY_EXISTS')
      assert.is.not(answers.get(name)!.errorMessage, null)
    }
    const checked = await create(talk, 7, [{ name }], { validateOnly: true })
    assert.is(errorName(checked.get(name)), 'TOPIC_ALREADY_EXISTS')
    assert.is((await topicWhen(talk, name)).partitions.length, 2)
  }),
)

contract(
  'impossible numbers of partitions and replicas are refused',
  needs('CreateTopics', 7),
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    for (const numPartitions of [0, -2])
      assert.is(await refusal(talk, { name, numPartitions }), 'INVALID_PARTITIONS')
    for (const replicationFactor of [0, -2, 99])
      assert.is(await refusal(talk, { name, replicationFactor }), 'INVALID_REPLICATION_FACTOR')
  }),
)

contract(
  'impossible names are INVALID_TOPIC_EXCEPTION',
  needs('CreateTopics', 7),
  talking(async talk => {
    for (const name of ['', '.', '..', 'a b', 'a/b', 'ä', 'x'.repeat(250)])
      assert.is(await refusal(talk, { name }), 'INVALID_TOPIC_EXCEPTION', `name ${name}`)
  }),
)

contract(
  'names that differ only in dots and underscores collide',
  needs('CreateTopics', 7),
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    assert.is(await refusal(talk, { name: `${name}.of_us` }), 'NONE')
    assert.is(await refusal(talk, { name: `${name}_of.us` }), 'INVALID_TOPIC_EXCEPTION')
    assert.is(await refusal(talk, { name: `${name}.of_us` }), 'TOPIC_ALREADY_EXISTS')
    assert.is(await refusal(talk, { name: `${name}-of-us` }), 'NONE')
  }),
)

contract(
  'a topic asked for twice in one request is refused, once, and the others are made',
  needs('CreateTopics', 7),
  talking(async (talk, { uniqueName }) => {
    const [twice, once] = [uniqueName('topic'), uniqueName('topic')]
    const answers = await create(talk, 7, [{ name: twice }, { name: once }, { name: twice }])
    assert.is(answers.size, 2)
    assert.is(errorName(answers.get(twice)), 'INVALID_REQUEST')
    assert.is(errorName(answers.get(once)), 'NONE')
    await topicWhen(talk, once)
    const [unmade] = await topicsOf(talk, 12, [{ name: twice }])
    assert.is(errorName(unmade), 'UNKNOWN_TOPIC_OR_PARTITION')
  }),
)

contract(
  'replicas may be chosen by hand, as many for each partition: the first leads it',
  { ...needs('CreateTopics', 2), brokers: 3 },
  talking(async (talk, { brokers, uniqueName }) => {
    const name = uniqueName('topic')
    const [a, b, c] = brokers.map(({ id }) => id)
    const assignments = [
      { partitionIndex: 1, brokerIds: [c!, a!] },
      { partitionIndex: 0, brokerIds: [b!, c!] },
    ]
    const uneven = [...assignments, { partitionIndex: 2, brokerIds: [a!] }]
    assert.is(await refusal(talk, { name, ...byHand, assignments: uneven }), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await refusal(talk, { name, ...byHand, assignments }), 'NONE')
    const { partitions } = await topicWhen(talk, name)
    assert.equal(partitions.map(one => [one.partitionIndex, one.leaderId, one.replicaNodes]).sort(), [
      [0, b, [b, c]],
      [1, c, [c, a]],
    ])
  }),
)

contract(
  'replicas by hand must be possible: partitions from 0 on, known brokers, each once',
  needs('CreateTopics', 7),
  talking(async (talk, { brokers, uniqueName }) => {
    const name = uniqueName('topic')
    const one = brokers[0]!.id
    const assigned = (...places: [partition: number, ...ids: number[]][]) => {
      const assignments = places.map(([partitionIndex, ...brokerIds]) => ({ partitionIndex, brokerIds }))
      return refusal(talk, { name, ...byHand, assignments })
    }
    assert.is(await assigned([0, one], [2, one]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await assigned([1, one]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await assigned([0, one], [0, one]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await assigned([0, one, one]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await assigned([0, 99]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await assigned([0]), 'INVALID_REPLICA_ASSIGNMENT')
    const assignments = [{ partitionIndex: 0, brokerIds: [one] }]
    assert.is(await refusal(talk, { name, ...byHand, numPartitions: 1, assignments }), 'INVALID_REQUEST')
    assert.is(await refusal(talk, { name, ...byHand, replicationFactor: 1, assignments }), 'INVALID_REQUEST')
    assert.is(await assigned([1, one], [0, one]), 'NONE')
  }),
)

contract(
  'settings that a topic cannot have are INVALID_CONFIG',
  needs('CreateTopics', 7),
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    const bad: [string, string | null][] = [
      ['no.such.setting', '1'],
      ['retention.ms', 'soon'],
      ['retention.ms', '-2'],
      ['retention.ms', null],
      ['cleanup.policy', 'burn'],
      ['min.insync.replicas', '0'],
    ]
    for (const [key, value] of bad) {
      const configs = [{ name: key, value }]
      assert.is(await refusal(talk, { name, configs }), 'INVALID_CONFIG', `${key}=${value}`)
    }
    assert.is(await refusal(talk, { name, configs: [{ name: 'retention.ms', value: '-1' }] }), 'NONE')
  }),
)

contract(
  'no topics are made of none',
  needs('CreateTopics', 7),
  talking(async talk => {
    const { topics } = await talk.request(Apis.CreateTopics, 7, { topics: [], timeoutMs: 8000 })
    assert.equal(topics, [])
  }),
)

runContract()
