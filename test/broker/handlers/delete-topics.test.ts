import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow } from '../../../src/protocol'
import { AdminRig, noTopicId, told } from './admin-rig'

const test = suite<{ admin: AdminRig; idOf: (name: string) => string }>('DeleteTopics')
test.before.each(async context => {
  const admin = await AdminRig.start()
  const made = await admin.create(['a', 'b', 'c'].map(name => ({ name })))
  await admin.settle()
  context.admin = admin
  context.idOf = name => made.find(topic => topic.name === name)!.topicId
})
test.after.each(({ admin }) => admin.close())

const otherId = 'AAAAAAAAAAAAAAAAAAAABQ'
const byName = (name: string) => ({ name, topicId: noTopicId })
const byId = (topicId: string) => ({ name: null, topicId })

async function remove(admin: AdminRig, topics: readonly { name: string | null; topicId: string }[]) {
  const { responses } = await admin.ask(Apis.DeleteTopics, 6, { topics, timeoutMs: 5000 })
  return responses.map(answer => [answer.name, answer.topicId, told(answer)])
}

test('by name and by id; the answer has both', async ({ admin, idOf }) => {
  assert.equal(await remove(admin, [byName('a'), byId(idOf('b'))]), [
    ['a', idOf('a'), 'NONE null'],
    ['b', idOf('b'), 'NONE null'],
  ])
  assert.equal([...admin.kafka.topics.keys()], ['c'])
})

test('brokers hear of it a moment later', async ({ admin }) => {
  const known = async () => {
    const topics = [byName('a')]
    const { topics: answers } = await admin.ask(Apis.Metadata, 12, { topics, allowAutoTopicCreation: false })
    return errorRow(answers[0]!.errorCode).name
  }
  await remove(admin, [byName('a')])
  assert.is(await known(), 'NONE')
  await admin.settle()
  assert.is(await known(), 'UNKNOWN_TOPIC_OR_PARTITION')
})

test('a topic made anew has another id, and nothing in it', async ({ admin, idOf }) => {
  await admin.rig.done(admin.rig.produce('old', { topic: 'a' }))
  assert.equal(admin.rig.values('a'), ['old'])
  await remove(admin, [byName('a')])
  const [again] = await admin.create([{ name: 'a' }])
  assert.is(told(again!), 'NONE null')
  assert.is.not(again!.topicId, idOf('a'))
  assert.equal(admin.kafka.messages('a'), [])
})

test('what is not there is refused, impossible names too', async ({ admin }) => {
  const unknown = 'UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.'
  assert.equal(await remove(admin, [byName('x'), byName('a b'), byId(otherId)]), [
    ['x', noTopicId, unknown],
    ['a b', noTopicId, unknown],
    [null, otherId, 'UNKNOWN_TOPIC_ID This server does not host this topic ID.'],
  ])
})

test('a topic is named in one way, once', async ({ admin, idOf }) => {
  const invalid = (what: string) => `INVALID_REQUEST ${what}`
  const cases = [
    [
      [{ name: 'a', topicId: idOf('a') }],
      ['a', idOf('a'), invalid('You may not specify both topic name and topic id.')],
    ],
    [[byId(noTopicId)], [null, noTopicId, invalid('Neither topic name nor id were specified.')]],
    [
      [byName('a'), byName('a')],
      ['a', noTopicId, invalid('Duplicate topic name.')],
    ],
    [
      [byId(idOf('a')), byId(idOf('a'))],
      [null, idOf('a'), invalid('Duplicate topic id.')],
    ],
    [
      [byName('a'), byId(idOf('a'))],
      ['a', idOf('a'), invalid('The provided topic name maps to an ID that was already supplied.')],
    ],
  ] as const
  for (const [topics, answer] of cases) assert.equal(await remove(admin, topics), [answer])
  assert.is(admin.kafka.topics.size, 3)
})

test('a time that is over when it begins: nothing is deleted', async ({ admin }) => {
  const body = { topics: [byName('a')], timeoutMs: -1 }
  const { responses } = await admin.ask(Apis.DeleteTopics, 6, body)
  assert.equal(responses.map(told), ['REQUEST_TIMED_OUT null'])
  assert.ok(admin.kafka.topics.has('a'))
})

test('where deleting is not allowed it is refused, in words of its own from version 3 on', async () => {
  const admin = await AdminRig.start({ topics: { a: {} }, config: { 'delete.topic.enable': false } })
  const refused = async (version: number) => {
    const body = { topicNames: ['a'], timeoutMs: 5000 }
    return errorRow((await admin.ask(Apis.DeleteTopics, version, body)).responses[0]!.errorCode).name
  }
  assert.equal([await refused(2), await refused(3)], ['INVALID_REQUEST', 'TOPIC_DELETION_DISABLED'])
  assert.ok(admin.kafka.topics.has('a'))
  await admin.close()
})

for (const [versions, first] of [
  ['4.3', 1],
  ['2.8', 0],
] as const) {
  test(`every version that Kafka ${versions} serves deletes`, async () => {
    const admin = await AdminRig.start({ versions })
    for (let version = first; version <= 6; version++) {
      await admin.create([{ name: 'a' }])
      const named = version < 6 ? { topicNames: ['a', 'x'] } : { topics: [byName('a'), byName('x')] }
      const { responses } = await admin.ask(Apis.DeleteTopics, version, { ...named, timeoutMs: 5000 })
      assert.equal(
        responses.map(({ name, errorCode }) => [name, errorCode]),
        [
          ['a', 0],
          ['x', 3],
        ],
      )
      assert.not.ok(admin.kafka.topics.has('a'))
    }
    await admin.close()
  })
}

test.run()
