import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needsAll, Partition, talking } from '../support/talk'
import { Transactional, transactionalBatch } from '../support/talk/transactional'
import { batchOf } from '../support/wire'

const { Produce } = Apis

const transacting = needsAll({
  InitProducerId: 4,
  AddPartitionsToTxn: [1, 3],
  EndTxn: [1, 4],
  Produce: [9, 11],
  Fetch: 12,
  DescribeTransactions: 0,
  DescribeProducers: 0,
})

contract(
  'a transaction begins with its first partition, and is committed',
  transacting,
  talking(async (talk, context) => {
    const [first, second] = await Partition.several(talk, context, 2)
    const producer = await Transactional.of(talk, context)
    assert.equal(await producer.view(), ['Empty', []])
    assert.is(Number((await producer.describe()).transactionStartTimeMs), -1)
    assert.is(await producer.add(first!), 'NONE')
    const { transactionStartTimeMs } = await producer.describe()
    assert.ok(Math.abs(Number(transactionStartTimeMs) - Date.now()) < 60_000)
    assert.is(await producer.add(second!), 'NONE')
    assert.is(await producer.add(first!), 'NONE')
    assert.equal(await producer.view(), ['Ongoing', [0, 1]])
    assert.equal((await producer.describe()).transactionStartTimeMs, transactionStartTimeMs)
    assert.is(await producer.send(first!, 0), '0')
    assert.is(await producer.send(first!, 1), '1')
    assert.equal(await first!.producers(), [{ id: producer.id, epoch: 0, coordinatorEpoch: -1, start: 0n }])
    await producer.settle('commit')
    assert.equal(await producer.view(), ['CompleteCommit', []])
    assert.equal(await first!.markers(), ['2 commit 0'])
    assert.equal(await second!.markers(), ['0 commit 0'])
    const [known] = await first!.producers()
    assert.is(known!.start, -1n)
    assert.ok(known!.coordinatorEpoch >= 0)
  }),
)

contract(
  'an end of a transaction can be asked for again, but not the other one',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    for (const result of ['commit', 'abort'] as const) {
      const other = result === 'commit' ? 'abort' : 'commit'
      assert.is(await producer.add(partition), 'NONE')
      await producer.settle(result)
      assert.is(await producer.end(result), 'NONE')
      assert.is(await producer.end(other), 'INVALID_TXN_STATE')
    }
    assert.equal(await partition.markers(), ['0 commit 0', '1 abort 0'])
  }),
)

contract(
  'without a transaction there is nothing to end',
  transacting,
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    for (const result of ['commit', 'abort'] as const)
      for (const version of [1, 4]) assert.is(await producer.end(result, { version }), 'INVALID_TXN_STATE')
  }),
)

contract(
  'who is not the producer of a transactional id adds and ends nothing',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    const strange = { id: producer.id + 1000n }
    assert.equal(await producer.addAll([partition], strange), ['INVALID_PRODUCER_ID_MAPPING'])
    assert.is(await producer.end('commit', strange), 'INVALID_PRODUCER_ID_MAPPING')
    for (const epoch of [-1, 1]) {
      assert.equal(await producer.addAll([partition], { epoch }), ['PRODUCER_FENCED'])
      assert.equal(await producer.addAll([partition], { epoch, version: 1 }), ['INVALID_PRODUCER_EPOCH'])
      assert.is(await producer.end('commit', { epoch }), 'PRODUCER_FENCED')
      assert.is(await producer.end('commit', { epoch, version: 1 }), 'INVALID_PRODUCER_EPOCH')
    }
    const unknown = new Transactional(talk, context)
    const nobody = { id: producer.id, epoch: 0 }
    assert.equal(await unknown.addAll([partition], nobody), ['INVALID_PRODUCER_ID_MAPPING'])
    assert.is(await unknown.end('commit', nobody), 'INVALID_PRODUCER_ID_MAPPING')
    assert.is(await unknown.state(), 'TRANSACTIONAL_ID_NOT_FOUND')
    assert.equal(await producer.view(), ['Empty', []])
  }),
)

contract(
  'partitions are added together or not at all',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    assert.equal(await producer.addAll([partition, { topic: 'never-made', index: 0 }]), [
      'OPERATION_NOT_ATTEMPTED',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ])
    assert.equal(await producer.addAll([{ topic: partition.topic, index: 7 }]), [
      'UNKNOWN_TOPIC_OR_PARTITION',
    ])
    assert.equal(await producer.addAll([{ topic: '__transaction_state', index: 0 }, partition]), [
      'TOPIC_AUTHORIZATION_FAILED',
      'OPERATION_NOT_ATTEMPTED',
    ])
    assert.equal(await producer.view(), ['Empty', []])
  }),
)

contract(
  'a partition that was not added is not written to: INVALID_TXN_STATE, from v11 on TRANSACTION_ABORTABLE',
  transacting,
  talking(async (talk, context) => {
    const [added, other] = await Partition.several(talk, context, 2)
    const producer = await Transactional.of(talk, context)
    assert.is(await producer.send(added!, 0, { version: 9 }), 'INVALID_TXN_STATE')
    assert.is(await producer.send(added!, 0, { version: 11 }), 'TRANSACTION_ABORTABLE')
    await producer.add(added!)
    assert.is(await producer.send(added!, 0, { version: 9 }), '0')
    assert.is(await producer.send(other!, 0, { version: 9 }), 'INVALID_TXN_STATE')
    assert.is(await producer.send(other!, 0, { version: 11 }), 'TRANSACTION_ABORTABLE')
    await producer.settle('commit')
    assert.is(await producer.send(added!, 1, { version: 11 }), 'TRANSACTION_ABORTABLE')
    await producer.add(added!)
    assert.is(await producer.send(added!, 1, { version: 11 }), '2')
  }),
)

contract(
  'batches of a transaction need its transactional id, and are all of one producer',
  transacting,
  talking(async (talk, context) => {
    const [first, second] = await Partition.several(talk, context, 2)
    const producer = await Transactional.of(talk, context)
    const { transactionalId, id, epoch } = producer
    const batch = transactionalBatch(['a'], { id, epoch, sequence: 0 })
    assert.is(errorName(await first!.produce(batch)), 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
    assert.is(errorName(await first!.produce(batch, { transactionalId: '' })), 'INVALID_REQUEST')
    assert.is(
      errorName(await first!.produce(batch, { transactionalId: context.uniqueName('unknown') })),
      'INVALID_PRODUCER_ID_MAPPING',
    )
    assert.is(await producer.send(first!, 0, { id: id + 1000n }), 'INVALID_PRODUCER_ID_MAPPING')
    assert.is(await producer.send(first!, 0, { epoch: 9 }), 'INVALID_PRODUCER_EPOCH')
    const other = await Transactional.of(talk, context)
    const others = transactionalBatch(['b'], { ...other, id: other.id, epoch: 0, sequence: 0 })
    const partitionData = [
      { index: 0, records: batch },
      { index: 1, records: others },
    ]
    if (first!.leader === second!.leader) {
      const body = {
        transactionalId,
        acks: -1,
        timeoutMs: 5000,
        topicData: [{ name: first!.topic, partitionData }],
      }
      const { responses } = await first!.connection.request(Produce, 11, body)
      for (const one of responses[0]!.partitionResponses) {
        assert.is(errorName(one), 'INVALID_PRODUCER_ID_MAPPING')
        assert.is(one.errorMessage, 'Transactional records contained more than one producer ID')
      }
    }
    assert.equal(await first!.markers(), [])
    assert.is(Number((await first!.listOffset(-1)).offset), 0)
  }),
)

contract(
  'within a transaction everything that its producer writes is part of it; without, a transactional id says nothing',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    const { transactionalId } = producer
    const plain = (baseSequence: number) =>
      batchOf(['x'], { producerId: producer.id, producerEpoch: 0, baseSequence })
    assert.is(errorName(await partition.produce(plain(0), { transactionalId })), 'NONE')
    await producer.add(partition)
    assert.is(await producer.send(partition, 1), '1')
    assert.is(errorName(await partition.produce(plain(2))), 'INVALID_TXN_STATE')
    assert.is(await producer.send(partition, 2), '2')
    assert.is(errorName(await partition.produce(batchOf(['of nobody']), { transactionalId })), 'NONE')
  }),
)

contract(
  'of the first batches of a transaction none overtakes another that was refused',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    assert.is(await producer.send(partition, 2), 'TRANSACTION_ABORTABLE')
    assert.is(await producer.send(partition, 0), 'TRANSACTION_ABORTABLE')
    await producer.add(partition)
    assert.is(await producer.send(partition, 2), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(partition, 0), '0')
    assert.is(await producer.send(partition, 1), '1')
    assert.is(await producer.send(partition, 1), '1')
    await producer.settle('abort')
    await producer.add(partition)
    assert.is(await producer.send(partition, 3), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(partition, 2), '3')
  }),
)

runContract()
