import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { operation, resource, topicSettings } from '../support/talk/configs'
import { create, topicWhen } from '../support/talk/topics'

const { AlterConfigs, IncrementalAlterConfigs } = Apis

type Change = readonly [operation: keyof typeof operation | number, name: string, value: string | null]

interface Options {
  readonly version?: number
  readonly type?: number
  readonly validateOnly?: boolean
}

/** Changes single settings of one resource; returns the error. */
async function change(talk: Talk, name: string, changes: readonly Change[], options: Options = {}) {
  const { version = 1, type = resource.topic, validateOnly = false } = options
  const configs = changes.map(([how, key, value]) => ({
    ...{ name: key, value },
    configOperation: typeof how === 'number' ? how : operation[how],
  }))
  const resources = [{ resourceType: type, resourceName: name, configs }]
  const { responses } = await talk.request(IncrementalAlterConfigs, version, { resources, validateOnly })
  assert.equal(
    responses.map(one => [one.resourceType, one.resourceName, one.errorMessage === null]),
    [[type, name, responses[0]!.errorCode === 0]],
  )
  return errorName(responses[0])
}

/** Replaces all settings of one resource; returns the error. */
async function replace(
  talk: Talk,
  name: string,
  settings: Record<string, string | null>,
  options: Options = {},
) {
  const { version = 2, type = resource.topic, validateOnly = false } = options
  const configs = Object.entries(settings).map(([key, value]) => ({ name: key, value }))
  const resources = [{ resourceType: type, resourceName: name, configs }]
  const { responses } = await talk.request(AlterConfigs, version, { resources, validateOnly })
  assert.equal(
    responses.map(one => [one.resourceType, one.resourceName, one.errorMessage === null]),
    [[type, name, responses[0]!.errorCode === 0]],
  )
  return errorName(responses[0])
}

/** A topic with `retention.ms=5000`. */
async function shortLived(talk: Talk, { uniqueName }: ContractContext): Promise<string> {
  const name = uniqueName('topic')
  await create(talk, 7, [{ name, configs: [{ name: 'retention.ms', value: '5000' }] }])
  await topicWhen(talk, name)
  return name
}

for (const version of [0, 1]) {
  contract(
    `IncrementalAlterConfigs v${version} sets and deletes single settings, and keeps the others`,
    needs('IncrementalAlterConfigs', version),
    talking(async (talk, context) => {
      const topic = await shortLived(talk, context)
      const set: Change[] = [['set', 'segment.bytes', '1048576']]
      assert.is(await change(talk, topic, set, { version }), 'NONE')
      await topicSettings(talk, topic, ['retention.ms=5000', 'segment.bytes=1048576'])
      const mixed: Change[] = [
        ['delete', 'retention.ms', null],
        ['set', 'segment.bytes', '2097152'],
      ]
      assert.is(await change(talk, topic, mixed, { version }), 'NONE')
      await topicSettings(talk, topic, ['segment.bytes=2097152'])
      // What is not there can be deleted, and a value beside a deletion does not matter.
      const away: Change[] = [
        ['delete', 'retention.ms', null],
        ['delete', 'segment.bytes', '7'],
      ]
      assert.is(await change(talk, topic, away, { version }), 'NONE')
      await topicSettings(talk, topic, [])
    }),
  )
}

contract(
  'lists are appended to and subtracted from, beginning with the default, and hold each item once',
  needs('IncrementalAlterConfigs', 1),
  talking(async (talk, context) => {
    const topic = await shortLived(talk, context)
    await change(talk, topic, [['delete', 'retention.ms', null]])
    assert.is(await change(talk, topic, [['append', 'cleanup.policy', 'compact']]), 'NONE')
    await topicSettings(talk, topic, ['cleanup.policy=delete,compact'])
    assert.is(await change(talk, topic, [['append', 'cleanup.policy', 'compact']]), 'NONE')
    assert.is(await change(talk, topic, [['subtract', 'cleanup.policy', 'delete']]), 'NONE')
    await topicSettings(talk, topic, ['cleanup.policy=compact'])
    assert.is(await change(talk, topic, [['subtract', 'cleanup.policy', 'delete']]), 'NONE')
    const replicas = 'leader.replication.throttled.replicas'
    assert.is(await change(talk, topic, [['append', replicas, '0:1,1:1']]), 'NONE')
    assert.is(await change(talk, topic, [['append', replicas, '2:1']]), 'NONE')
    assert.is(await change(talk, topic, [['subtract', replicas, '1:1']]), 'NONE')
    await topicSettings(talk, topic, ['cleanup.policy=compact', `${replicas}=0:1,2:1`])
  }),
)

contract(
  'changes that make no sense are refused, and then none of their request is made',
  needs('IncrementalAlterConfigs', 1),
  talking(async (talk, context) => {
    const topic = await shortLived(talk, context)
    const refused = (...changes: Change[]) => change(talk, topic, changes)
    assert.is(await refused(['set', 'retention.ms', 'soon']), 'INVALID_CONFIG')
    assert.is(await refused(['set', 'no.such.setting', '1']), 'INVALID_CONFIG')
    assert.is(await refused(['append', 'retention.ms', '5']), 'INVALID_CONFIG')
    assert.is(await refused(['append', 'cleanup.policy', 'burn']), 'INVALID_CONFIG')
    assert.is(await refused(['set', 'retention.ms', null]), 'INVALID_REQUEST')
    assert.is(
      await refused(['set', 'retention.ms', '7'], ['delete', 'retention.ms', null]),
      'INVALID_REQUEST',
    )
    assert.is(
      await refused(['set', 'retention.ms', '7'], ['set', 'max.message.bytes', '-5']),
      'INVALID_CONFIG',
    )
    await topicSettings(talk, topic, ['retention.ms=5000'])
  }),
)

contract(
  'changes that are only checked are not made',
  needs('IncrementalAlterConfigs', 1),
  talking(async (talk, context) => {
    const topic = await shortLived(talk, context)
    const validateOnly = true
    assert.is(await change(talk, topic, [['set', 'retention.ms', '7']], { validateOnly }), 'NONE')
    assert.is(await change(talk, topic, [['set', 'retention.ms', 'x']], { validateOnly }), 'INVALID_CONFIG')
    assert.is(await change(talk, topic, [['set', 'segment.bytes', '1048576']]), 'NONE')
    await topicSettings(talk, topic, ['retention.ms=5000', 'segment.bytes=1048576'])
  }),
)

contract(
  'only what there is can be changed, in one place of the request',
  needs('IncrementalAlterConfigs', 1),
  talking(async (talk, context) => {
    const topic = await shortLived(talk, context)
    const set: Change[] = [['set', 'retention.ms', '7']]
    assert.is(await change(talk, context.uniqueName('topic'), set), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.is(await change(talk, 'a b', set), 'INVALID_TOPIC_EXCEPTION')
    assert.is(await change(talk, topic, set, { type: 99 }), 'INVALID_REQUEST')
    const configs = [{ name: 'retention.ms', configOperation: operation.set, value: '7' }]
    const one = { resourceType: resource.topic, resourceName: topic, configs }
    const twice = { resources: [one, one], validateOnly: false }
    const { responses } = await talk.request(IncrementalAlterConfigs, 1, twice)
    assert.equal(responses.map(errorName), ['INVALID_REQUEST', 'INVALID_REQUEST'])
    await topicSettings(talk, topic, ['retention.ms=5000'])
  }),
)

for (const version of [0, 2]) {
  contract(
    `AlterConfigs v${version} replaces all settings of a topic, or none when one is wrong`,
    needs('AlterConfigs', version),
    talking(async (talk, context) => {
      const topic = await shortLived(talk, context)
      const ask = (settings: Record<string, string | null>, validateOnly = false) =>
        replace(talk, topic, settings, { version, validateOnly })
      assert.is(await ask({ 'segment.bytes': '1048576', 'max.message.bytes': '99' }), 'NONE')
      await topicSettings(talk, topic, ['max.message.bytes=99', 'segment.bytes=1048576'])
      assert.is(await ask({ 'retention.ms': '7', 'segment.bytes': 'x' }), 'INVALID_CONFIG')
      assert.is(await ask({ 'no.such.setting': '1' }), 'INVALID_CONFIG')
      assert.is(await ask({ 'retention.ms': null }), 'INVALID_REQUEST')
      assert.is(await ask({ 'retention.ms': '7' }, true), 'NONE')
      await topicSettings(talk, topic, ['max.message.bytes=99', 'segment.bytes=1048576'])
      assert.is(await ask({}), 'NONE')
      await topicSettings(talk, topic, [])
    }),
  )
}

contract(
  'settings of a topic that there is not cannot be replaced',
  needs('AlterConfigs', 2),
  talking(async (talk, { uniqueName }) => {
    assert.is(await replace(talk, uniqueName('topic'), {}), 'UNKNOWN_TOPIC_OR_PARTITION')
  }),
)

contract(
  'what only the start of a broker can set is refused, and so are settings of brokers that are not asked',
  needs('IncrementalAlterConfigs', 1),
  talking(async (talk, { brokers }) => {
    const ask = (name: string, ...changes: Change[]) =>
      change(talk, name, changes, { type: resource.broker, validateOnly: true })
    const id = String(brokers[0]!.id)
    assert.is(await ask(id, ['set', 'num.partitions', '7']), 'INVALID_REQUEST')
    assert.is(await ask(id, ['set', 'log.retention.ms', 'soon']), 'INVALID_REQUEST')
    assert.is(await ask(id, ['set', 'log.retention.ms', '777777777']), 'NONE')
    assert.is(await ask('', ['set', 'log.retention.ms', '777777777']), 'NONE')
    assert.is(await ask('99', ['set', 'log.retention.ms', '777777777']), 'INVALID_REQUEST')
    assert.is(await ask('name', ['set', 'log.retention.ms', '777777777']), 'INVALID_REQUEST')
  }),
)

runContract()
