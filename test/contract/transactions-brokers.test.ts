import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needsAll, Partition, talking, type Talk } from '../support/talk'
import { implicit, Transactional } from '../support/talk/transactional'

const { AddPartitionsToTxn, WriteTxnMarkers } = Apis

const transacting = needsAll({
  InitProducerId: 4,
  Produce: 12,
  EndTxn: 5,
  AddPartitionsToTxn: 5,
  WriteTxnMarkers: 2,
  DescribeProducers: 0,
  DescribeTransactions: 0,
})
const within = { version: implicit.Produce }

/** What one marker for this partition is answered. */
async function mark(
  partition: Partition,
  { id, epoch }: Transactional,
  changes: Partial<RequestOf<typeof WriteTxnMarkers>['markers'][number]> & { readonly version?: number } = {},
): Promise<string> {
  const { version = 1, ...fields } = changes
  const topics = [{ name: partition.topic, partitionIndexes: [partition.index] }]
  const marker = {
    producerId: id,
    producerEpoch: epoch,
    transactionResult: false,
    topics,
    coordinatorEpoch: 0,
  }
  const versioned = version >= 2 ? { transactionVersion: 2 } : {}
  const body = { markers: [{ ...marker, ...versioned, ...fields }] }
  const answer = await partition.connection.request(WriteTxnMarkers, version, body)
  return errorName(answer.markers[0]!.topics[0]!.partitions[0])
}

/** Asks the coordinator of this producer, as another broker would; the error of each partition. */
async function ask(
  talk: Talk,
  { transactionalId, id, epoch, coordinatorId }: Transactional,
  partitions: readonly Partition[],
  verifyOnly: boolean,
): Promise<string[]> {
  const topics = partitions.map(({ topic, index }) => ({ name: topic, partitions: [index] }))
  const transactions = [{ transactionalId, producerId: id, producerEpoch: epoch, verifyOnly, topics }]
  const answer = await talk.broker(coordinatorId!).request(AddPartitionsToTxn, 5, { transactions })
  const [{ topicResults }] = answer.resultsByTransaction as [(typeof answer.resultsByTransaction)[number]]
  return partitions.map(({ topic }) => {
    const [result] = topicResults.find(({ name }) => name === topic)!.resultsByPartition
    return errorName({ errorCode: result!.partitionErrorCode })
  })
}

contract(
  'brokers ask whether partitions are in a transaction, and add them',
  transacting,
  talking(async (talk, context) => {
    const [first, second] = [await Partition.of(talk, context), await Partition.of(talk, context)]
    const producer = await Transactional.of(talk, context)
    assert.equal(await ask(talk, producer, [first], false), ['NONE'])
    assert.equal(await ask(talk, producer, [first, second], true), ['NONE', 'TRANSACTION_ABORTABLE'])
    producer.epoch = 7
    assert.equal(await ask(talk, producer, [first], true), ['PRODUCER_FENCED'])
    assert.is((await producer.describe()).topics.length, 1)
  }),
)

contract(
  'a marker ends a transaction in its partition, whatever the coordinator knows of it',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await producer.send(partition, 0, within)
    assert.is(await mark(partition, producer, { version: 2 }), 'INVALID_PRODUCER_EPOCH')
    assert.is((await partition.producers())[0]!.start, 0n)
    assert.is(await mark(partition, producer), 'NONE')
    assert.is((await partition.producers())[0]!.start, -1n)
    assert.equal(await partition.markers(), ['1 abort 0'])
    assert.is(await mark(partition, producer, { coordinatorEpoch: -1 }), 'TRANSACTION_COORDINATOR_FENCED')
    const topics = [{ name: 'never-made', partitionIndexes: [0] }]
    assert.is(await mark(partition, producer, { topics }), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.is(await producer.state(), 'Ongoing')
    assert.is(
      await mark(partition, producer, { version: 2, producerEpoch: 1, transactionResult: true }),
      'NONE',
    )
    assert.equal(await partition.markers(), ['1 abort 0', '2 commit 1'])
  }),
)

runContract()
