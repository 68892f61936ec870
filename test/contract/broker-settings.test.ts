import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contractAlone, runContract } from '../support/contract'
import { errorName, eventually, needs, needsAll, talking, type Talk } from '../support/talk'
import { describe, operation, resource, source } from '../support/talk/configs'
import { newTopic } from '../support/talk/offsets'
import { offsetsTopic, topicsOf } from '../support/talk/metadata'
import { refusal, topicWhen } from '../support/talk/topics'

const { DeleteTopics, DescribeTopicPartitions, FindCoordinator, IncrementalAlterConfigs } = Apis

contractAlone(
  'brokers that are told so make no topics in passing, and delete none',
  {
    ...needs('DeleteTopics', 2, 3, 6),
    config: { 'auto.create.topics.enable': false, 'delete.topic.enable': false },
  },
  talking(async (talk, context) => {
    const unknown = context.uniqueName('topic')
    for (const version of [0, 12, 12]) {
      const [topic] = await topicsOf(talk, version, [{ name: unknown }], true)
      assert.is(errorName(topic), 'UNKNOWN_TOPIC_OR_PARTITION')
    }
    // The name is free still.
    assert.is(await refusal(talk, { name: unknown }), 'NONE')
    const { name, topicId } = await newTopic(talk, context)
    const ask = async (
      version: number,
      body: { topicNames: string[] } | { topics: [{ topicId: string }] },
    ) => {
      const { responses } = await talk.request(DeleteTopics, version, { ...body, timeoutMs: 8000 })
      return responses.map(errorName)
    }
    assert.equal(await ask(2, { topicNames: [name] }), ['INVALID_REQUEST'])
    assert.equal(await ask(3, { topicNames: [name] }), ['TOPIC_DELETION_DISABLED'])
    assert.equal(await ask(6, { topics: [{ topicId }] }), ['TOPIC_DELETION_DISABLED'])
    assert.is(errorName((await topicsOf(talk, 10, [{ name }]))[0]), 'NONE')
  }),
)

/** Sets or, without a value, deletes `message.max.bytes` of one broker, or with `''` of all. */
async function setMaxBytes(talk: Talk, broker: string, value: string | null): Promise<void> {
  const configOperation = value === null ? operation.delete : operation.set
  const configs = [{ name: 'message.max.bytes', configOperation, value }]
  const resources = [{ resourceType: resource.broker, resourceName: broker, configs }]
  const { responses } = await talk.request(IncrementalAlterConfigs, 1, { resources, validateOnly: false })
  assert.equal(responses.map(errorName), ['NONE'])
}

contractAlone(
  'a setting of a topic comes from the topic, else its broker, else all brokers, else its default',
  needs('DescribeConfigs', 4),
  talking(async (talk, context) => {
    const { name } = await newTopic(talk, context)
    const id = String(context.brokers[0]!.id)
    const lines = async () => {
      const keys = ['max.message.bytes']
      const { configs } = await describe(talk, resource.topic, name, keys, { includeSynonyms: true })
      const [{ value, configSource, synonyms } = { value: '', configSource: 0, synonyms: [] }] = configs
      return [
        `${value} of ${configSource}`,
        ...synonyms.map(one => `${one.name}=${one.value} of ${one.source}`),
      ]
    }
    const now = (...expected: string[]) => eventually(lines, told => told.join() === expected.join())
    const fallback = 'message.max.bytes=1048588'
    await now(`1048588 of ${source.default}`, `${fallback} of ${source.default}`)
    await setMaxBytes(talk, '', '2000000')
    const ofAll = `message.max.bytes=2000000 of ${source.allBrokers}`
    await now(`2000000 of ${source.allBrokers}`, ofAll, `${fallback} of ${source.default}`)
    await setMaxBytes(talk, id, '3000000')
    const ofOne = `message.max.bytes=3000000 of ${source.broker}`
    await now(`3000000 of ${source.broker}`, ofOne, ofAll, `${fallback} of ${source.default}`)
    const { configs } = await describe(talk, resource.broker, '')
    assert.is(configs.find(config => config.name === 'message.max.bytes')?.value, '2000000')
    await setMaxBytes(talk, id, null)
    await now(`2000000 of ${source.allBrokers}`, ofAll, `${fallback} of ${source.default}`)
    await setMaxBytes(talk, '', null)
    await now(`1048588 of ${source.default}`, `${fallback} of ${source.default}`)
  }),
)

contractAlone(
  'the topic of committed offsets has as many partitions and replicas as brokers are told, and is internal',
  {
    ...needsAll({ FindCoordinator: 0, DescribeTopicPartitions: 0, Metadata: [1, 12] }),
    brokers: 3,
    config: { 'offsets.topic.num.partitions': 3, 'offsets.topic.replication.factor': 2 },
  },
  talking(async (talk, { uniqueName }) => {
    const find = () => talk.request(FindCoordinator, 0, { key: uniqueName('group') })
    await eventually(find, answer => errorName(answer) === 'NONE')
    const { isInternal, partitions } = await topicWhen(talk, offsetsTopic)
    assert.is(isInternal, true)
    assert.equal(
      partitions.map(({ replicaNodes }) => replicaNodes.length),
      [2, 2, 2],
    )
    assert.is(new Set(partitions.map(({ leaderId }) => leaderId)).size, 3)
    assert.is((await topicsOf(talk, 1, [{ name: offsetsTopic }]))[0]!.isInternal, true)
    const asked = { topics: [{ name: offsetsTopic }] }
    const described = await talk.request(DescribeTopicPartitions, 0, asked)
    assert.is(described.topics[0]!.isInternal, true)
  }),
)

contractAlone(
  'with fewer brokers than replicas are wanted no topic is made in passing, and nobody coordinates groups',
  {
    ...needsAll({ FindCoordinator: 0, Metadata: [1, 12] }),
    config: { 'offsets.topic.replication.factor': 3, 'default.replication.factor': 2 },
  },
  talking(async (talk, { uniqueName }) => {
    const name = uniqueName('topic')
    for (let asked = 0; asked < 3; asked++) {
      const answer = await talk.request(FindCoordinator, 0, { key: uniqueName('group') })
      assert.is(errorName(answer), 'COORDINATOR_NOT_AVAILABLE')
      for (const wanted of [offsetsTopic, name]) {
        const [topic] = await topicsOf(talk, 12, [{ name: wanted }], true)
        assert.is(errorName(topic), 'UNKNOWN_TOPIC_OR_PARTITION')
        assert.is(topic!.isInternal, wanted === offsetsTopic)
      }
    }
    assert.equal(await topicsOf(talk, 12, null), [])
  }),
)

runContract()
