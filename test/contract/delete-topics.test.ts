import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, eventually, needs, talking, type Talk } from '../support/talk'
import { Group } from '../support/talk/group'
import { noTopicId, topicsOf } from '../support/talk/metadata'
import { commit, newTopic, stored } from '../support/talk/offsets'
import { create, topicWhen } from '../support/talk/topics'

const { DeleteTopics } = Apis
type Request = RequestOf<typeof DeleteTopics>

/** `name id: error` of each, as far as the version has them. */
async function remove(talk: Talk, version: number, body: Omit<Request, 'timeoutMs'>): Promise<string[]> {
  const { responses } = await talk.request(DeleteTopics, version, { ...body, timeoutMs: 8000 })
  // Words come from v5 on.
  for (const { errorCode, errorMessage } of responses)
    assert.is(errorMessage !== null, version >= 5 && errorCode !== 0)
  return responses.map(one => `${one.name} ${one.topicId}: ${errorName(one)}`)
}

const gone = ({ errorCode }: { readonly errorCode: number }) => errorCode !== 0

for (const version of [1, 5]) {
  contract(
    `DeleteTopics v${version} deletes by name, and only once; unknown names fail alone`,
    needs('DeleteTopics', version),
    talking(async (talk, { uniqueName, uniqueTopic }) => {
      const name = await uniqueTopic()
      const unknown = uniqueName('topic')
      const answers = await remove(talk, version, { topicNames: [unknown, name, 'a b'] })
      assert.equal(answers.sort(), [
        `a b ${noTopicId}: UNKNOWN_TOPIC_OR_PARTITION`,
        ...[`${name} ${noTopicId}: NONE`, `${unknown} ${noTopicId}: UNKNOWN_TOPIC_OR_PARTITION`].sort(),
      ])
      assert.is(errorName(await topicWhen(talk, name, gone)), 'UNKNOWN_TOPIC_OR_PARTITION')
      assert.equal(await remove(talk, version, { topicNames: [name] }), [
        `${name} ${noTopicId}: UNKNOWN_TOPIC_OR_PARTITION`,
      ])
    }),
  )
}

contract(
  'from v6 on topics are deleted by name or by id, and the answer has both',
  needs('DeleteTopics', 6),
  talking(async (talk, context) => {
    const [a, b] = [await newTopic(talk, context), await newTopic(talk, context)]
    const byId = { name: null, topicId: a.topicId }
    assert.equal(await remove(talk, 6, { topics: [byId] }), [`${a.name} ${a.topicId}: NONE`])
    assert.equal(await remove(talk, 6, { topics: [{ name: b.name, topicId: noTopicId }] }), [
      `${b.name} ${b.topicId}: NONE`,
    ])
    assert.equal(await remove(talk, 6, { topics: [byId] }), [`null ${a.topicId}: UNKNOWN_TOPIC_ID`])
    const unknown = { name: context.uniqueName('topic'), topicId: noTopicId }
    assert.equal(await remove(talk, 6, { topics: [unknown] }), [
      `${unknown.name} ${noTopicId}: UNKNOWN_TOPIC_OR_PARTITION`,
    ])
    for (const { name, topicId } of [a, b]) {
      await topicWhen(talk, name, gone)
      const [told] = await topicsOf(talk, 12, [{ name: null, topicId }])
      assert.is(errorName(told), 'UNKNOWN_TOPIC_ID')
    }
  }),
)

contract(
  'a topic must be named once and in one way, or it is kept',
  needs('DeleteTopics', 6),
  talking(async (talk, context) => {
    const { name, topicId } = await newTopic(talk, context)
    const [byName, byId] = [
      { name, topicId: noTopicId },
      { name: null, topicId },
    ]
    const both = await remove(talk, 6, { topics: [{ name, topicId }] })
    assert.equal(both, [`${name} ${topicId}: INVALID_REQUEST`])
    const neither = await remove(talk, 6, { topics: [{ name: null, topicId: noTopicId }] })
    assert.equal(neither, [`null ${noTopicId}: INVALID_REQUEST`])
    const twice = await remove(talk, 6, { topics: [byName, byName] })
    assert.equal(twice, [`${name} ${noTopicId}: INVALID_REQUEST`])
    const sameId = await remove(talk, 6, { topics: [byId, byId] })
    assert.equal(sameId, [`null ${topicId}: INVALID_REQUEST`])
    const twoWays = await remove(talk, 6, { topics: [byName, byId] })
    assert.equal(twoWays, [`${name} ${topicId}: INVALID_REQUEST`])
    assert.is(errorName((await topicsOf(talk, 12, [byName]))[0]), 'NONE')
  }),
)

contract(
  'a topic made again under the same name has another id and begins anew',
  needs('DeleteTopics', 6),
  talking(async (talk, context) => {
    const { name, topicId } = await newTopic(talk, context, 3)
    await remove(talk, 6, { topics: [{ name, topicId: noTopicId }] })
    await topicWhen(talk, name, gone)
    const answer = (await create(talk, 7, [{ name }])).get(name)!
    assert.is(errorName(answer), 'NONE')
    assert.is.not(answer.topicId, topicId)
    const topic = await topicWhen(talk, name)
    assert.is(topic.topicId, answer.topicId)
    assert.is(topic.partitions.length, 1)
    assert.is(topic.partitions[0]!.leaderEpoch, 0)
    const [old] = await topicsOf(talk, 12, [{ name: null, topicId }])
    assert.is(errorName(old), 'UNKNOWN_TOPIC_ID')
  }),
)

contract(
  'with a topic the offsets that groups stored for it are gone',
  needs('DeleteTopics', 6),
  talking(async (talk, context) => {
    const group = await Group.of(talk, context)
    const [topic, other] = [await newTopic(talk, context), await newTopic(talk, context)]
    await commit(talk, group, topic)
    await commit(talk, group, other)
    await remove(talk, 6, { topics: [{ name: topic.name, topicId: noTopicId }] })
    await topicWhen(talk, topic.name, gone)
    const left = `${other.name}/0: 5, -1, `
    await eventually(
      () => stored(talk, group),
      lines => lines.join() === left,
    )
    await create(talk, 7, [{ name: topic.name }])
    await topicWhen(talk, topic.name)
    assert.equal(await stored(talk, group), [left])
  }),
)

runContract()
