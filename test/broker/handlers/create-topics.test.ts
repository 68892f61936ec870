import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis } from '../../../src/protocol'
import { AdminRig, configsOf, noTopicId, told, type WantedTopic } from './admin-rig'

const test = suite<{ admin: AdminRig }>('CreateTopics')
test.before.each(async context => {
  context.admin = await AdminRig.start({ brokers: 3, topics: { 'here.now': {} } })
})
test.after.each(({ admin }) => admin.close())

const byHand = (...assignments: readonly (readonly number[])[]): Partial<WantedTopic> => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: assignments.map(([partitionIndex, ...brokerIds]) => ({
    partitionIndex: partitionIndex!,
    brokerIds,
  })),
})

const format = "contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
const sequence = 'INVALID_REPLICA_ASSIGNMENT partitions should be a consecutive 0-based integer sequence'
const handmade = 'The manual partition assignment includes'

/** What Kafka 4.3.1 answers on three brokers. */
const refusals: readonly (readonly [what: string, topic: Partial<WantedTopic>, answer: string])[] = [
  ['a name that is there', { name: 'here.now' }, "TOPIC_ALREADY_EXISTS Topic 'here.now' already exists."],
  ['no name', { name: '' }, 'INVALID_TOPIC_EXCEPTION Topic name is invalid: the empty string is not allowed'],
  ['the name ..', { name: '..' }, "INVALID_TOPIC_EXCEPTION Topic name is invalid: '..' is not allowed"],
  ['a blank', { name: 'a b' }, `INVALID_TOPIC_EXCEPTION Topic name is invalid: 'a b' ${format}`],
  [
    'a name that only its dots tell from another',
    { name: 'here_now' },
    "INVALID_TOPIC_EXCEPTION Topic 'here_now' collides with existing topic: here.now",
  ],
  [
    "the controllers' log",
    { name: '__cluster_metadata' },
    'INVALID_REQUEST Creation of internal topic __cluster_metadata is prohibited.',
  ],
  [
    'no partitions',
    { numPartitions: 0 },
    'INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.',
  ],
  [
    'no replicas',
    { replicationFactor: 0, numPartitions: 0 },
    'INVALID_REPLICATION_FACTOR Replication factor must be larger than 0, or -1 to use the default value.',
  ],
  [
    'more replicas than brokers',
    { replicationFactor: 4 },
    'INVALID_REPLICATION_FACTOR Unable to replicate the partition 4 time(s): The target replication factor of 4 ' +
      'cannot be reached because only 3 broker(s) are registered or some brokers have all their log directories ' +
      'cordoned.',
  ],
  [
    'an unknown config, before wrong numbers',
    { configs: configsOf({ x: 'y' }), numPartitions: 0 },
    'INVALID_CONFIG Unknown topic config name: x',
  ],
  [
    'a config without value',
    { configs: configsOf({ 'retention.ms': null }) },
    'INVALID_CONFIG Null value not supported for topic configs: retention.ms',
  ],
  [
    'replicas and their number',
    { ...byHand([0, 1]), replicationFactor: 1 },
    'INVALID_REQUEST A manual partition assignment was specified, but replication factor was not set to -1.',
  ],
  [
    'replicas and the number of partitions',
    { ...byHand([0, 1]), numPartitions: 1 },
    'INVALID_REQUEST A manual partition assignment was specified, but numPartitions was not set to -1.',
  ],
  ['a gap', byHand([0, 1], [2, 1]), sequence],
  ['partitions from 1 on', byHand([1, 1]), sequence],
  [
    'a partition twice',
    byHand([0, 1], [0, 2]),
    'INVALID_REPLICA_ASSIGNMENT Found multiple manual partition assignments for partition 0',
  ],
  ['an empty list', byHand([0]), `INVALID_REPLICA_ASSIGNMENT ${handmade} an empty replica list.`],
  [
    'a broker that is none',
    byHand([0, 1, 9]),
    `INVALID_REPLICA_ASSIGNMENT ${handmade} broker 9, but no such broker is registered.`,
  ],
  [
    'a broker twice',
    byHand([0, 2, 1, 2]),
    `INVALID_REPLICA_ASSIGNMENT ${handmade} the broker 2 more than once.`,
  ],
  [
    'more replicas here than there',
    byHand([0, 1], [1, 1, 2]),
    `INVALID_REPLICA_ASSIGNMENT ${handmade} a partition with 2 replica(s), but this is not consistent with ` +
      'previous partitions, which have 1 replica(s).',
  ],
]
for (const [what, topic, answer] of refusals) {
  test(`${what}: refused in Kafka's words, and nothing is made`, async ({ admin }) => {
    const [refused] = await admin.create([{ name: 'new', ...topic }])
    assert.is(told(refused!), answer)
    const { topicId, numPartitions, replicationFactor, configs } = refused!
    assert.equal([topicId, numPartitions, replicationFactor, configs], [noTopicId, -1, -1, []])
    assert.equal([...admin.kafka.topics.keys()], ['here.now'])
  })
}

test('a topic is told as it was made, and every broker knows it a moment later', async ({ admin }) => {
  const wanted = { numPartitions: 4, replicationFactor: 2, configs: configsOf({ 'retention.ms': ' 5 ' }) }
  const [made] = await admin.create([{ name: 'new', ...wanted }])
  assert.is(told(made!), 'NONE null')
  assert.equal([made!.numPartitions, made!.replicationFactor, made!.configs!.length], [4, 2, 33])
  const retention = made!.configs!.find(({ name }) => name === 'retention.ms')
  assert.equal(retention, {
    ...{ name: 'retention.ms', value: ' 5 ', configSource: 1, readOnly: false, isSensitive: false },
  })
  const known = async () => (await admin.ask(Apis.Metadata, 12, asked(['new']), 3)).topics[0]!
  assert.is((await known()).errorCode, 3)
  await admin.settle()
  const topic = await known()
  assert.is(topic.topicId, made!.topicId)
  assert.equal(new Set(topic.partitions.map(({ leaderId }) => leaderId)), new Set([1, 2, 3]))
  assert.ok(topic.partitions.every(({ replicaNodes }) => replicaNodes.length === 2))
})

const asked = (names: readonly string[]) => ({
  topics: names.map(name => ({ name, topicId: noTopicId })),
  allowAutoTopicCreation: false,
})

test('numbers that are left open are those of the brokers', async () => {
  const admin = await AdminRig.start({ brokers: 3, config: { 'num.partitions': 5 } })
  const [made] = await admin.create([{ name: 'new', numPartitions: -1, replicationFactor: -1 }])
  assert.equal([made!.numPartitions, made!.replicationFactor], [5, 3])
  await admin.close()
})

test('replicas may be chosen by hand, in any order of partitions', async ({ admin }) => {
  const [made] = await admin.create([{ name: 'new', ...byHand([1, 2, 3], [0, 3, 1]) }])
  assert.equal([made!.numPartitions, made!.replicationFactor], [2, 2])
  assert.equal(
    [0, 1].map(index => admin.kafka.partition('new', index).replicas),
    [
      [3, 1],
      [2, 3],
    ],
  )
})

test('what is only checked is answered as if it were made, and is not', async ({ admin }) => {
  const [checked] = await admin.create([{ name: 'new', numPartitions: 2 }], { validateOnly: true })
  assert.equal([told(checked!), checked!.numPartitions], ['NONE null', 2])
  assert.is.not(checked!.topicId, noTopicId)
  assert.not.ok(admin.kafka.topics.has('new'))
})

test('each topic of a request is made or refused alone; one named twice is refused once', async ({
  admin,
}) => {
  const names = ['twice', 'a b', 'twice', 'c.d', 'c_d']
  const answers = await admin.create(names.map(name => ({ name })))
  assert.equal(
    answers.map(answer => [answer.name, told(answer).split(':')[0]]),
    [
      ['a b', 'INVALID_TOPIC_EXCEPTION Topic name is invalid'],
      // Two new ones do not collide.
      ['c.d', 'NONE null'],
      ['c_d', 'NONE null'],
      ['twice', 'INVALID_REQUEST Duplicate topic name.'],
    ],
  )
  assert.not.ok(admin.kafka.topics.has('twice'))
})

test('more than the controllers take at once is refused whole', async ({ admin }) => {
  const ask = async (...counts: number[]) => {
    const topics = counts.map((numPartitions, i) => ({ name: `new-${i}`, numPartitions }))
    return (await admin.create(topics, { validateOnly: true })).map(told)
  }
  const many = 'POLICY_VIOLATION Excessively large number of partitions per request.'
  assert.equal(await ask(10_001, 1), [many, many])
  assert.equal(await ask(10_000), ['POLICY_VIOLATION Unable to perform excessively large batch operation.'])
  assert.equal(await ask(9_999), ['NONE null'])
})

test('a time that is over when it begins: nothing is made', async ({ admin }) => {
  const [late] = await admin.create([{ name: 'new' }], { timeoutMs: 0 })
  assert.is(told(late!), 'REQUEST_TIMED_OUT null')
  assert.not.ok(admin.kafka.topics.has('new'))
})

test('a broker that is down gets replicas only where it must, and does not lead', async ({ admin }) => {
  await admin.rig.done(admin.kafka.broker(3).stop())
  const shape = { numPartitions: 3 }
  await admin.create([
    { name: 'narrow', ...shape, replicationFactor: 2 },
    { name: 'wide', ...shape, replicationFactor: 3 },
    { name: 'handmade', ...byHand([0, 3, 1]) },
  ])
  for (const index of [0, 1, 2]) {
    assert.not.ok(admin.kafka.partition('narrow', index).replicas.includes(3))
    const { leader, leaderEpoch, isr } = admin.kafka.partition('wide', index)
    assert.ok(leader !== 3 && isr.length === 2 && leaderEpoch === 0)
  }
  assert.equal([admin.kafka.partition('handmade').leader, admin.kafka.partition('handmade').isr], [1, [1]])
  const [alone] = await admin.create([{ name: 'alone', ...byHand([0, 3]) }])
  assert.is(
    told(alone!),
    'INVALID_REPLICA_ASSIGNMENT All brokers specified in the manual partition assignment for partition 0 are ' +
      'fenced or in controlled shutdown.',
  )
})

for (const [versions, first] of [
  ['4.3', 2],
  ['2.8', 0],
] as const) {
  test(`every version that Kafka ${versions} serves makes a topic`, async () => {
    const admin = await AdminRig.start({ versions })
    for (let version = first; version <= 7; version++) {
      const plain = { numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
      const body = { topics: [{ name: `new-${version}`, ...plain }], timeoutMs: 5000 }
      const flags = version > 0 ? { validateOnly: false } : {}
      const { topics } = await admin.ask(Apis.CreateTopics, version, { ...body, ...flags })
      const [made] = topics
      assert.is(made!.errorCode, 0)
      assert.is(made!.numPartitions, version < 5 ? -1 : 2)
      assert.is(made!.topicId === noTopicId, version < 7)
      assert.is(admin.kafka.topics.get(`new-${version}`), 2)
    }
    await admin.close()
  })
}

test.run()
