import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contractAlone, runContract, type AloneContext } from '../support/contract'
import { errorName, eventually, needs, talking, type Talk } from '../support/talk'
import { Group } from '../support/talk/group'
import { topicsOf, type ToldTopic } from '../support/talk/metadata'
import { commit, newTopic, stored } from '../support/talk/offsets'
import { create, refusal, topicWhen } from '../support/talk/topics'

const { DescribeCluster, ElectLeaders, Heartbeat } = Apis

const away = 3
const byHand = { numPartitions: -1, replicationFactor: -1 }
const threeBrokers = { brokers: 3, config: { 'auto.leader.rebalance.enable': false } } as const

interface Topics {
  /** Led by the broker that goes away, and by another. */
  readonly spread: string
  /** Only on the broker that goes away. */
  readonly single: string
}

async function makeTopics(talk: Talk, { uniqueName }: AloneContext): Promise<Topics> {
  const assigned = (...places: number[][]) => ({
    ...byHand,
    assignments: places.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
  })
  const [spread, single] = [uniqueName('topic'), uniqueName('topic')]
  const wishes = [
    { name: spread, ...assigned([away, 1, 2], [1, 2, away]) },
    { name: single, ...assigned([away]) },
  ]
  await create(talk, 7, wishes)
  await topicWhen(talk, spread)
  await topicWhen(talk, single)
  return { spread, single }
}

/** `error: leader@epoch, replicas, in sync, offline` of each partition. */
async function partitionsOf(talk: Talk, version: number, name: string): Promise<string[]> {
  const [topic] = await topicsOf(talk, version, [{ name }])
  return [...topic!.partitions]
    .sort((a, b) => a.partitionIndex - b.partitionIndex)
    .map(one => {
      const lists = [one.replicaNodes, one.isrNodes, one.offlineReplicas].map(ids => `[${ids.join()}]`)
      return `${errorName(one)}: ${one.leaderId}@${one.leaderEpoch} ${lists.join(' ')}`
    })
}

async function elect(talk: Talk, { spread, single }: Topics, electionType: number): Promise<string[]> {
  const topicPartitions = [spread, single].map(topic => ({ topic, partitions: [0] }))
  const body = { electionType, topicPartitions, timeoutMs: 8000 }
  const { replicaElectionResults: results } = await talk.request(ElectLeaders, 2, body)
  const errorOf = (topic: string) =>
    errorName(results.find(result => result.topic === topic)!.partitionResult[0])
  return [errorOf(spread), errorOf(single)]
}

async function metadataTellsSo(talk: Talk, { spread, single }: Topics): Promise<void> {
  assert.equal(await partitionsOf(talk, 13, spread), [
    'NONE: 1@1 [3,1,2] [1,2] [3]',
    'NONE: 1@0 [1,2,3] [1,2] [3]',
  ])
  assert.equal(await partitionsOf(talk, 13, single), ['LEADER_NOT_AVAILABLE: -1@1 [3] [] [3]'])
  assert.equal(await partitionsOf(talk, 1, single), ['LEADER_NOT_AVAILABLE: -1@-1 [3] [] []'])
  // Version 0 leaves replicas out that are away.
  assert.equal(await partitionsOf(talk, 0, spread), [
    'REPLICA_NOT_AVAILABLE: 1@-1 [1,2] [1,2] []',
    'REPLICA_NOT_AVAILABLE: 1@-1 [1,2] [1,2] []',
  ])
  assert.equal(await partitionsOf(talk, 0, single), ['LEADER_NOT_AVAILABLE: -1@-1 [] [] []'])
}

async function clusterTellsSo(talk: Talk): Promise<void> {
  const ask = async (includeFencedBrokers: boolean) => {
    const body = { includeClusterAuthorizedOperations: false, includeFencedBrokers }
    const { brokers } = await talk.request(DescribeCluster, 2, body)
    return brokers.map(({ brokerId, isFenced }) => `${brokerId} ${isFenced ? 'fenced' : 'alive'}`).sort()
  }
  await eventually(
    () => ask(false),
    told => told.join() === '1 alive,2 alive',
  )
  assert.equal(await ask(true), ['1 alive', '2 alive', '3 fenced'])
}

async function newTopicsAvoidIt(talk: Talk, { uniqueName }: AloneContext): Promise<void> {
  const wide = uniqueName('topic')
  assert.is(await refusal(talk, { name: wide, replicationFactor: 3 }), 'NONE')
  const { partitions } = await topicWhen(talk, wide)
  assert.is(partitions[0]!.isrNodes.length, 2)
  const assigned = (...brokerIds: number[]) => ({
    ...{ name: uniqueName('topic'), ...byHand },
    assignments: [{ partitionIndex: 0, brokerIds }],
  })
  assert.is(await refusal(talk, assigned(away)), 'INVALID_REPLICA_ASSIGNMENT')
  assert.is(await refusal(talk, assigned(away, 1)), 'NONE')
}

contractAlone(
  'while a broker is away others lead what they can, and an election gives it back when it has caught up',
  { ...needs('ElectLeaders', 2), ...threeBrokers },
  talking(async (talk, context) => {
    const topics = await makeTopics(talk, context)
    const { spread, single } = topics
    await context.control.stop(away)
    const isLeft = (topic: ToldTopic) => !topic.partitions.some(({ isrNodes }) => isrNodes.includes(away))
    for (const name of [spread, single]) await topicWhen(talk, name, isLeft)
    await metadataTellsSo(talk, topics)
    await clusterTellsSo(talk)
    await newTopicsAvoidIt(talk, context)
    assert.equal(await elect(talk, topics, 0), [
      'PREFERRED_LEADER_NOT_AVAILABLE',
      'PREFERRED_LEADER_NOT_AVAILABLE',
    ])
    assert.equal(await elect(talk, topics, 1), ['ELECTION_NOT_NEEDED', 'ELIGIBLE_LEADERS_NOT_AVAILABLE'])
    await context.control.start(away)
    await topicWhen(talk, spread, topic => topic.partitions.every(({ isrNodes }) => isrNodes.length === 3))
    await topicWhen(talk, single, topic => topic.partitions[0]!.leaderId === away)
    assert.equal(await elect(talk, topics, 0), ['NONE', 'ELECTION_NOT_NEEDED'])
    const back = await topicWhen(talk, spread, topic => topic.partitions.some(one => one.leaderId === away))
    assert.is(back.partitions.find(({ leaderId }) => leaderId === away)!.leaderEpoch, 2)
  }),
)

contractAlone(
  'when its coordinator goes away a group finds another, with its members, generation and offsets',
  { ...needs('FindCoordinator', 0), ...threeBrokers },
  talking(async (talk, context) => {
    let group = await Group.of(talk, context)
    while (group.coordinator !== away) group = await Group.of(talk, context)
    const topic = await newTopic(talk, context)
    const [member] = await group.stable(1)
    const { memberId, generationId } = member!
    const as = { memberId, generationIdOrMemberEpoch: generationId }
    assert.equal(await commit(talk, group, topic, as), { 0: 'NONE' })
    await context.control.stop(away)
    const ask = () => talk.request(Apis.FindCoordinator, 0, { key: group.name })
    const { nodeId } = await eventually(ask, told => told.errorCode === 0 && told.nodeId !== away)
    const moved = new Group(talk, group.name, nodeId)
    const heartbeat = { groupId: group.name, memberId, generationId }
    const beat = () => talk.broker(nodeId).request(Heartbeat, 4, heartbeat)
    await eventually(beat, answer => errorName(answer) === 'NONE')
    await eventually(
      () => stored(talk, moved),
      lines => lines.join() === `${topic.name}/0: 5, -1, `,
    )
    assert.equal(await commit(talk, moved, topic, { ...as, commits: [{ offset: 6 }] }), { 0: 'NONE' })
    assert.equal(await commit(talk, moved, topic, { ...as, memberId: 'nobody' }), { 0: 'UNKNOWN_MEMBER_ID' })
    assert.equal(await stored(talk, moved), [`${topic.name}/0: 6, -1, `])
  }),
)

runContract()
