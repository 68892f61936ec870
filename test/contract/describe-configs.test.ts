import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { describe, resource, source } from '../support/talk/configs'
import { create, topicWhen } from '../support/talk/topics'

const { DescribeConfigs, ListConfigResources } = Apis
const [long, list] = [5, 7]

/** A topic that keeps its records for five seconds. */
async function shortLived(talk: Talk, name: string): Promise<string> {
  await create(talk, 7, [{ name, configs: [{ name: 'retention.ms', value: '5000' }] }])
  await topicWhen(talk, name)
  return name
}

for (const version of [1, 4]) {
  contract(
    `DescribeConfigs v${version} tells the settings asked for, where they come from and nothing more`,
    needs('DescribeConfigs', version),
    talking(async (talk, { uniqueName }) => {
      const topic = await shortLived(talk, uniqueName('topic'))
      const keys = ['retention.ms', 'no.such.setting', 'cleanup.policy']
      const told = await describe(talk, resource.topic, topic, keys, { version })
      assert.is(errorName(told), 'NONE')
      assert.is(told.errorMessage, '')
      assert.is(told.resourceType, resource.topic)
      assert.is(told.resourceName, topic)
      const typed = version >= 3
      const common = { readOnly: false, isDefault: false, isSensitive: false, synonyms: [] }
      const documentation = typed ? null : ''
      assert.equal(
        [...told.configs].sort((a, b) => a.name.localeCompare(b.name)),
        [
          {
            ...{ name: 'cleanup.policy', value: 'delete', configSource: source.default },
            ...{ ...common, configType: typed ? list : 0, documentation },
          },
          {
            ...{ name: 'retention.ms', value: '5000', configSource: source.topic },
            ...{ ...common, configType: typed ? long : 0, documentation },
          },
        ],
      )
    }),
  )
}

contract(
  'synonyms tell where else a setting of a topic could come from',
  needs('DescribeConfigs', 4),
  talking(async (talk, { uniqueName }) => {
    const topic = await shortLived(talk, uniqueName('topic'))
    const keys = ['retention.ms', 'cleanup.policy']
    const { configs } = await describe(talk, resource.topic, topic, keys, { includeSynonyms: true })
    const synonyms = (key: string) => configs.find(({ name }) => name === key)!.synonyms
    assert.equal(synonyms('retention.ms')[0], { name: 'retention.ms', value: '5000', source: source.topic })
    const inherited = { name: 'log.cleanup.policy', value: 'delete', source: source.default }
    assert.equal(synonyms('cleanup.policy'), [inherited])
  }),
)

contract(
  'settings are documented when that is asked for',
  needs('DescribeConfigs', 3),
  talking(async (talk, { uniqueTopic }) => {
    const topic = await uniqueTopic()
    const asked = { version: 3, includeDocumentation: true }
    const { configs } = await describe(talk, resource.topic, topic, ['retention.ms'], asked)
    assert.ok((configs[0]!.documentation ?? '').length > 20)
  }),
)

contract(
  'no keys, or an empty list of them, ask for all',
  needs('DescribeConfigs', 4),
  talking(async (talk, { uniqueTopic }) => {
    const topic = await uniqueTopic()
    const names = async (keys: string[] | null) => {
      const { configs } = await describe(talk, resource.topic, topic, keys)
      return configs.map(({ name }) => name).sort()
    }
    const all = await names(null)
    for (const name of ['cleanup.policy', 'max.message.bytes', 'min.insync.replicas', 'segment.bytes'])
      assert.ok(all.includes(name))
    assert.equal(await names([]), all)
  }),
)

contract(
  'what there is not has no settings: topics, kinds of resources, other brokers',
  needs('DescribeConfigs', 4),
  talking(async (talk, { uniqueName }) => {
    const ask = async (type: number, name: string) => {
      const told = await describe(talk, type, name)
      assert.is(told.resourceName, name)
      assert.is(told.resourceType, type)
      assert.equal(told.configs, [])
      return errorName(told)
    }
    assert.is(await ask(resource.topic, uniqueName('topic')), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.is(await ask(resource.topic, 'a b'), 'INVALID_TOPIC_EXCEPTION')
    assert.is(await ask(resource.topic, ''), 'INVALID_TOPIC_EXCEPTION')
    assert.is(await ask(1, 'name'), 'INVALID_REQUEST')
    assert.is(await ask(99, 'name'), 'INVALID_REQUEST')
    assert.is(await ask(resource.broker, '99'), 'INVALID_REQUEST')
    assert.is(await ask(resource.broker, 'name'), 'INVALID_REQUEST')
  }),
)

contract(
  'several resources are told of in one answer, one of them twice, one of them failing',
  needs('DescribeConfigs', 4),
  talking(async (talk, { uniqueName, uniqueTopic }) => {
    const topic = await uniqueTopic()
    const unknown = uniqueName('topic')
    const resources = [
      { resourceType: resource.topic, resourceName: topic, configurationKeys: ['retention.ms'] },
      { resourceType: resource.topic, resourceName: unknown, configurationKeys: null },
      { resourceType: resource.topic, resourceName: topic, configurationKeys: ['cleanup.policy'] },
    ]
    const { results } = await talk.request(DescribeConfigs, 4, { resources })
    const lines = results.map(
      told => `${told.resourceName} ${errorName(told)} ${told.configs.map(({ name }) => name).join()}`,
    )
    const expected = [
      `${topic} NONE cleanup.policy`,
      `${topic} NONE retention.ms`,
      `${unknown} UNKNOWN_TOPIC_OR_PARTITION `,
    ]
    assert.equal(lines.sort(), expected.sort())
    assert.equal((await talk.request(DescribeConfigs, 4, { resources: [] })).results, [])
  }),
)

contract(
  'a broker tells its own settings, and which of them can only change at its start',
  needs('DescribeConfigs', 4),
  talking(async (talk, { brokers }) => {
    const id = String(brokers[0]!.id)
    const { configs } = await describe(talk, resource.broker, id)
    const setting = (key: string) => configs.find(({ name }) => name === key)!
    assert.is(setting('node.id').value, id)
    assert.is(setting('node.id').readOnly, true)
    assert.is(setting('log.cleanup.policy').readOnly, false)
    assert.ok(Number(setting('num.partitions').value) >= 1)
    for (const key of ['auto.create.topics.enable', 'message.max.bytes', 'offsets.topic.num.partitions'])
      assert.is.not(setting(key).value, null)
  }),
)

contract(
  'a broker tells its own settings only: each is asked for its own',
  { ...needs('DescribeConfigs', 4), brokers: 3 },
  talking(async (talk, { brokers }) => {
    const [first, second] = brokers.map(({ id }) => id)
    const ask = async (of: number, asked: number) => {
      const resources = [
        { resourceType: resource.broker, resourceName: String(of), configurationKeys: ['node.id'] },
      ]
      const { results } = await talk.broker(asked).request(DescribeConfigs, 4, { resources })
      return [errorName(results[0]), results[0]!.configs[0]?.value]
    }
    assert.equal(await ask(second!, second!), ['NONE', String(second)])
    assert.equal(await ask(second!, first!), ['INVALID_REQUEST', undefined])
  }),
)

contract(
  'what has settings is listed: topics and brokers, by kind',
  needs('ListConfigResources', 1),
  talking(async (talk, { brokers, uniqueTopic }) => {
    const topic = await uniqueTopic()
    const ask = async (...resourceTypes: number[]) => {
      const answer = await talk.request(ListConfigResources, 1, { resourceTypes })
      assert.is(errorName(answer), 'NONE')
      return answer.configResources.map(one => `${one.resourceType} ${one.resourceName}`).sort()
    }
    const ids = brokers.map(({ id }) => `${resource.broker} ${id}`)
    assert.ok((await ask(resource.topic)).includes(`${resource.topic} ${topic}`))
    assert.equal(await ask(resource.broker), ids.sort())
    const both = await ask(resource.topic, resource.broker)
    assert.ok(both.includes(`${resource.topic} ${topic}`) && ids.every(id => both.includes(id)))
    const all = await ask()
    assert.ok(all.includes(`${resource.topic} ${topic}`) && ids.every(id => all.includes(id)))
  }),
)

contract(
  'a kind of resource that there is not cannot be listed, and v0 knows client metrics only',
  needs('ListConfigResources', 0, 1),
  talking(async talk => {
    const answer = await talk.request(ListConfigResources, 1, { resourceTypes: [99] })
    assert.is(errorName(answer), 'UNSUPPORTED_VERSION')
    assert.equal(answer.configResources, [])
    const old = await talk.request(ListConfigResources, 0, {})
    assert.is(errorName(old), 'NONE')
    assert.ok(old.configResources.every(({ resourceType }) => resourceType === resource.metrics))
  }),
)

runContract()
