import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { topicWhen } from '../support/talk/topics'

const { CreatePartitions } = Apis

interface Wish {
  readonly name: string
  readonly count: number
  /** Brokers of each new partition. */
  readonly brokers?: readonly number[][]
}

async function grow(talk: Talk, version: number, wishes: readonly Wish[], validateOnly = false) {
  const topics: RequestOf<typeof CreatePartitions>['topics'] = wishes.map(({ name, count, brokers }) => ({
    name,
    count,
    assignments: brokers?.map(brokerIds => ({ brokerIds })) ?? null,
  }))
  const body = { topics, timeoutMs: 8000, validateOnly }
  const { results } = await talk.request(CreatePartitions, version, body)
  for (const { errorCode, errorMessage } of results) if (errorCode === 0) assert.is(errorMessage, null)
  return Object.fromEntries(results.map(result => [result.name, errorName(result)]))
}

const count = (wanted: number) => (topic: { readonly partitions: readonly unknown[] }) =>
  topic.partitions.length === wanted

for (const version of [0, 3]) {
  contract(
    `CreatePartitions v${version} adds partitions that have leaders, and leaves those that there were`,
    needs('CreatePartitions', version),
    talking(async (talk, { brokers, uniqueTopic }) => {
      const name = await uniqueTopic(2)
      const before = await topicWhen(talk, name)
      assert.equal(await grow(talk, version, [{ name, count: 4 }]), { [name]: 'NONE' })
      const after = await topicWhen(talk, name, count(4))
      assert.is(after.topicId, before.topicId)
      const indexes = after.partitions.map(({ partitionIndex }) => partitionIndex)
      assert.equal(indexes.sort(), [0, 1, 2, 3])
      for (const partition of after.partitions) {
        assert.ok(brokers.some(({ id }) => id === partition.leaderId))
        assert.is(partition.replicaNodes.length, before.partitions[0]!.replicaNodes.length)
      }
    }),
  )
}

contract(
  'one request adds 10000 partitions at most, whatever it would take to try',
  needs('CreatePartitions', 3),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(1)
    for (const wanted of [10_002, 2_000_000_000])
      assert.equal(await grow(talk, 3, [{ name, count: wanted }], true), { [name]: 'UNKNOWN_SERVER_ERROR' })
    assert.equal(await grow(talk, 3, [{ name, count: 10_001 }], true), { [name]: 'NONE' })
    const few = { name, count: 2_000_000_000, brokers: [[1]] }
    assert.equal(await grow(talk, 3, [few], true), { [name]: 'INVALID_REPLICA_ASSIGNMENT' })
  }),
)

contract(
  'a topic cannot have fewer partitions than it has, nor as many',
  needs('CreatePartitions', 3),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(3)
    for (const wanted of [3, 2, 0, -1])
      assert.equal(await grow(talk, 3, [{ name, count: wanted }]), { [name]: 'INVALID_PARTITIONS' })
    assert.is((await topicWhen(talk, name)).partitions.length, 3)
  }),
)

contract(
  'more partitions that are only checked are not made',
  needs('CreatePartitions', 3),
  talking(async (talk, { uniqueTopic }) => {
    const name = await uniqueTopic(2)
    assert.equal(await grow(talk, 3, [{ name, count: 9 }], true), { [name]: 'NONE' })
    assert.equal(await grow(talk, 3, [{ name, count: 2 }], true), { [name]: 'INVALID_PARTITIONS' })
    assert.equal(await grow(talk, 3, [{ name, count: 3 }]), { [name]: 'NONE' })
    await topicWhen(talk, name, count(3))
  }),
)

contract(
  'unknown topics fail alone, and one that is named twice in a request is refused',
  needs('CreatePartitions', 3),
  talking(async (talk, { uniqueName, uniqueTopic }) => {
    const [name, twice] = [await uniqueTopic(), await uniqueTopic()]
    const unknown = uniqueName('topic')
    const wishes = [unknown, twice, name, twice].map(topic => ({ name: topic, count: 2 }))
    assert.equal(await grow(talk, 3, wishes), {
      [unknown]: 'UNKNOWN_TOPIC_OR_PARTITION',
      [twice]: 'INVALID_REQUEST',
      [name]: 'NONE',
    })
    await topicWhen(talk, name, count(2))
    assert.is((await topicWhen(talk, twice)).partitions.length, 1)
  }),
)

contract(
  'replicas of new partitions may be chosen by hand, for exactly the new ones',
  needs('CreatePartitions', 3),
  talking(async (talk, { brokers, uniqueTopic }) => {
    const name = await uniqueTopic(1, 1)
    const last = brokers.at(-1)!.id
    const ask = async (wanted: number, ...places: number[][]) =>
      (await grow(talk, 3, [{ name, count: wanted, brokers: places }]))[name]
    assert.is(await ask(3, [last]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask(2, [last], [last]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask(2), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask(2, []), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask(2, [99]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask(2, [last, last]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask(3, [last], [last]), 'NONE')
    const { partitions } = await topicWhen(talk, name, count(3))
    for (const { partitionIndex, replicaNodes } of partitions)
      if (partitionIndex > 0) assert.equal(replicaNodes, [last])
  }),
)

contract(
  'new partitions by hand have as many replicas as the others',
  { ...needs('CreatePartitions', 3), brokers: 3 },
  talking(async (talk, { brokers, uniqueTopic }) => {
    const name = await uniqueTopic(1, 2)
    const [a, b, c] = brokers.map(({ id }) => id)
    const ask = async (...places: number[][]) =>
      (await grow(talk, 3, [{ name, count: 2, brokers: places }]))[name]
    assert.is(await ask([a!]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask([a!, b!, c!]), 'INVALID_REPLICA_ASSIGNMENT')
    assert.is(await ask([c!, a!]), 'NONE')
  }),
)

runContract()
