import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../../src/protocol'
import { AdminRig, told } from './admin-rig'

const test = suite<{ admin: AdminRig }>('CreatePartitions')
test.before.each(async context => {
  const pair = { partitions: 2, replicationFactor: 2 }
  context.admin = await AdminRig.start({ brokers: 3, topics: { pair, other: {} } })
})
test.after.each(({ admin }) => admin.close())

type Request = RequestOf<typeof Apis.CreatePartitions>

async function grow(admin: AdminRig, topics: Request['topics'], more: Partial<Request> = {}) {
  const body = { topics, timeoutMs: 5000, validateOnly: false, ...more }
  const { results } = await admin.ask(Apis.CreatePartitions, 3, body)
  return results.map(answer => `${answer.name}: ${told(answer)}`)
}

const replicasOf = ({ kafka }: AdminRig, index: number) => kafka.partition('pair', index).replicas
const to = (count: number, ...lists: readonly (readonly number[])[]) => ({
  ...{ name: 'pair', count },
  assignments: lists.length === 0 ? null : lists.map(brokerIds => ({ brokerIds })),
})

test('new partitions get as many replicas as the old ones have, and leaders', async ({ admin }) => {
  assert.equal(await grow(admin, [to(5)]), ['pair: NONE null'])
  assert.is(admin.kafka.topics.get('pair'), 5)
  const leaders = [2, 3, 4].map(index => admin.kafka.partition('pair', index).leader)
  assert.equal(leaders.sort(), [1, 2, 3])
  assert.ok([2, 3, 4].every(index => replicasOf(admin, index).length === 2))
  await admin.settle()
  const { topics } = await admin.ask(Apis.Metadata, 1, { topics: [{ name: 'pair' }] })
  assert.is(topics[0]!.partitions.length, 5)
})

test('their replicas may be chosen by hand', async ({ admin }) => {
  assert.equal(await grow(admin, [to(4, [3, 1], [2, 3])]), ['pair: NONE null'])
  assert.equal(
    [replicasOf(admin, 2), replicasOf(admin, 3)],
    [
      [3, 1],
      [2, 3],
    ],
  )
})

const handmade = 'The manual partition assignment includes'
const refusals: readonly (readonly [what: string, topic: Request['topics'][number], answer: string])[] = [
  ['as many as there are', to(2), 'INVALID_PARTITIONS Topic already has 2 partition(s).'],
  [
    'fewer',
    to(1),
    'INVALID_PARTITIONS The topic pair currently has 2 partition(s); 1 would not be an increase.',
  ],
  [
    'too few lists of replicas',
    to(4, [1, 2]),
    'INVALID_REPLICA_ASSIGNMENT Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
  ],
  [
    'another number of replicas',
    to(3, [1]),
    `INVALID_REPLICA_ASSIGNMENT ${handmade} a partition with 1 replica(s), but this is not consistent with ` +
      'previous partitions, which have 2 replica(s).',
  ],
  [
    'an unknown broker',
    to(3, [1, 9]),
    `INVALID_REPLICA_ASSIGNMENT ${handmade} broker 9, but no such broker is registered.`,
  ],
  ['a topic that is none', { ...to(3), name: 'x' }, 'UNKNOWN_TOPIC_OR_PARTITION null'],
]
for (const [what, topic, answer] of refusals) {
  test(`${what}: refused, and nothing changes`, async ({ admin }) => {
    assert.equal(await grow(admin, [topic]), [`${topic.name}: ${answer}`])
    assert.is(admin.kafka.topics.get('pair'), 2)
  })
}

test('a topic named twice is refused once, the others grow', async ({ admin }) => {
  const other = { name: 'other', count: 2, assignments: null }
  assert.equal(await grow(admin, [to(3), to(4), other]), [
    'pair: INVALID_REQUEST Duplicate topic name.',
    'other: NONE null',
  ])
  assert.equal([admin.kafka.topics.get('pair'), admin.kafka.topics.get('other')], [2, 2])
})

test('what is only checked, or late when it begins, changes nothing', async ({ admin }) => {
  assert.equal(await grow(admin, [to(3)], { validateOnly: true }), ['pair: NONE null'])
  assert.equal(await grow(admin, [to(3)], { timeoutMs: 0 }), ['pair: REQUEST_TIMED_OUT null'])
  assert.is(admin.kafka.topics.get('pair'), 2)
})

test('every version grows a topic', async ({ admin }) => {
  for (let version = 0; version <= 3; version++) {
    const body = { topics: [to(3 + version)], timeoutMs: 5000, validateOnly: false }
    const { results } = await admin.ask(Apis.CreatePartitions, version, body)
    assert.equal(results.map(told), ['NONE null'])
  }
  assert.is(admin.kafka.topics.get('pair'), 6)
})

test.run()
