import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Cluster } from '../../src/client/cluster'
import type { MetadataResponse } from '../../src/protocol'

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA'
const idA = 'KAAAAAAAAAAAAAAAAAAAAQ'
const idB = 'KAAAAAAAAAAAAAAAAAAAAg'

interface Told {
  readonly name?: string
  readonly topicId?: string
  readonly errorCode?: number
  readonly partitions?: readonly (readonly [index: number, leader: number, epoch: number])[]
}

function metadata(...topics: readonly Told[]): MetadataResponse {
  return {
    throttleTimeMs: 0,
    brokers: [1, 2, 3].map(nodeId => ({ nodeId, host: `b${nodeId}`, port: 9092, rack: null })),
    clusterId: 'cluster',
    controllerId: 1,
    topics: topics.map(({ name = 'orders', topicId = zeroId, errorCode = 0, partitions = [[0, 1, 5]] }) => ({
      name,
      topicId,
      errorCode,
      isInternal: false,
      topicAuthorizedOperations: 0,
      partitions: partitions.map(([partitionIndex, leaderId, leaderEpoch]) => ({
        errorCode: 0,
        partitionIndex,
        leaderId,
        leaderEpoch,
        replicaNodes: [1, 2, 3],
        isrNodes: [1, 2, 3],
        offlineReplicas: [],
      })),
    })),
    clusterAuthorizedOperations: 0,
    errorCode: 0,
  }
}

const some = { allTopics: false }
const leaderOf = (cluster: Cluster, partition = 0) => cluster.partition('orders', partition)?.leader

test('a snapshot never changes: news makes a new one', () => {
  const before = Cluster.empty.withMetadata(metadata({}), some)
  const after = before.withMetadata(metadata({ partitions: [[0, 2, 6]] }), some)
  assert.is(leaderOf(before), 1)
  assert.is(leaderOf(after), 2)
})

test('an older leader epoch is no news, so a broker that lags behind cannot turn us back', () => {
  const cluster = Cluster.empty
    .withMetadata(metadata({ partitions: [[0, 2, 6]] }), some)
    .withMetadata(metadata({ partitions: [[0, 1, 5]] }), some)
  assert.is(leaderOf(cluster), 2)
})

test('news without epochs, from old brokers, is always news', () => {
  const cluster = Cluster.empty
    .withMetadata(metadata({ partitions: [[0, 2, -1]] }), some)
    .withMetadata(metadata({ partitions: [[0, 1, -1]] }), some)
  assert.is(leaderOf(cluster), 1)
})

test('a new id under a known name is a new topic, whose epochs start again', () => {
  const cluster = Cluster.empty
    .withMetadata(metadata({ topicId: idA, partitions: [[0, 2, 60]] }), some)
    .withMetadata(metadata({ topicId: idB, partitions: [[0, 3, 0]] }), some)
  assert.is(leaderOf(cluster), 3)
  assert.is(cluster.topics.get('orders')?.id, idB)
  assert.is(cluster.topicName(idB), 'orders')
  assert.is(cluster.topicName(idA), undefined)
})

test('an answer without an id keeps the known one', () => {
  const cluster = Cluster.empty
    .withMetadata(metadata({ topicId: idA }), some)
    .withMetadata(metadata({}), some)
  assert.is(cluster.topics.get('orders')?.id, idA)
})

test('a leader hint counts when its epoch is newer and its broker known', () => {
  const cluster = Cluster.empty.withMetadata(metadata({}), some)
  const hint = { topic: 'orders', partition: 0, leaderId: 3, leaderEpoch: 6 }
  assert.is(leaderOf(cluster.withLeaders([hint])), 3)
  assert.is(cluster.withLeaders([{ ...hint, leaderEpoch: 5 }]), cluster)
  assert.is(cluster.withLeaders([{ ...hint, leaderId: -1 }]), cluster)
  assert.is(cluster.withLeaders([{ ...hint, leaderId: 9 }]), cluster)
  assert.is(cluster.withLeaders([{ ...hint, partition: 7 }]), cluster)
})

test('a leader hint may bring the address of a broker that metadata did not tell of', () => {
  const cluster = Cluster.empty.withMetadata(metadata({}), some)
  const hint = { topic: 'orders', partition: 0, leaderId: 9, leaderEpoch: 6 }
  const after = cluster.withLeaders([hint], [{ id: 9, host: 'b9', port: 9092, rack: null }])
  assert.is(leaderOf(after), 9)
  assert.is(after.brokers.get(9)?.host, 'b9')
})

test('a topic that is gone is forgotten, one with a passing error is not', () => {
  const cluster = Cluster.empty.withMetadata(metadata({}), some)
  const unknownTopic = cluster.withMetadata(metadata({ errorCode: 3, partitions: [] }), some)
  assert.is(unknownTopic.topics.has('orders'), false)
  assert.is(unknownTopic.topicErrors.get('orders'), 3)
  const notYet = cluster.withMetadata(metadata({ errorCode: 5, partitions: [] }), some)
  assert.is(notYet.topics.has('orders'), true)
  assert.is(notYet.topicErrors.get('orders'), 5)
})

test('an answer about all topics tells which ones are gone, one about some does not', () => {
  const both = Cluster.empty.withMetadata(metadata({}, { name: 'bills' }), some)
  assert.is(both.withMetadata(metadata({}), some).topics.has('bills'), true)
  assert.is(both.withMetadata(metadata({}), { allTopics: true }).topics.has('bills'), false)
})

test('the brokers are those of the newest answer', () => {
  const cluster = Cluster.empty.withMetadata(metadata({}), some)
  assert.equal([...cluster.brokers.keys()], [1, 2, 3])
  assert.is(cluster.withoutBrokers().brokers.size, 0)
  assert.is(leaderOf(cluster.withoutBrokers()), 1)
})

test.run()
