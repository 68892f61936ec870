import * as assert from 'uvu/assert'
import { contract, contractAlone, runContract } from '../support/contract'
import { eventually, needsAll, Partition, talking } from '../support/talk'
import { Transactional } from '../support/talk/transactional'

const beginning = needsAll({ InitProducerId: [0, 4], FindCoordinator: 2, DescribeTransactions: 0 })
const producing = needsAll({ InitProducerId: 4, AddPartitionsToTxn: 3, EndTxn: 4, Produce: 11 })
const lastEpochOfId = 2 ** 15 - 2

contract(
  'a transactional id gets a producer id, which it keeps, and a new epoch with each InitProducerId',
  beginning,
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    assert.is(producer.epoch, 0)
    const { id } = producer
    for (const [index, version] of [0, 1, 2, 3, 4].entries()) {
      assert.is(await producer.init({ version }), 'NONE')
      assert.equal([producer.id, producer.epoch], [id, index + 1])
    }
    const other = await Transactional.of(talk, context)
    assert.is.not(other.id, id)
    assert.is(other.epoch, 0)
  }),
)

contract(
  'a producer that names its id and epoch is bumped once, however often it asks; any other is fenced',
  beginning,
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    await producer.init()
    const { id, epoch } = producer
    for (let time = 0; time < 3; time++) {
      assert.is(await producer.bump({ id, epoch }), 'NONE')
      assert.equal([producer.id, producer.epoch], [id, epoch + 1])
    }
    for (const other of [{ epoch: 0 }, { epoch: epoch + 2 }, { id: id + 1000n }]) {
      assert.is(await producer.bump(other), 'PRODUCER_FENCED')
      assert.is(await producer.bump({ ...other, version: 3 }), 'INVALID_PRODUCER_EPOCH')
    }
    await producer.init()
    assert.is(await producer.bump({ id, epoch: epoch + 1 }), 'PRODUCER_FENCED')
    assert.is(producer.epoch, epoch + 2)
  }),
)

contract(
  'a transactional id that nobody knows gives a new producer id to whoever names one',
  beginning,
  talking(async (talk, context) => {
    const first = await Transactional.of(talk, context)
    const producer = new Transactional(talk, context)
    const bump = () => producer.bump({ id: first.id, epoch: 5 })
    // Its coordinator may be one that has no ids yet.
    assert.is(await eventually(bump, error => error !== 'COORDINATOR_LOAD_IN_PROGRESS'), 'NONE')
    assert.is.not(producer.id, first.id)
    assert.is(producer.epoch, 0)
    assert.is(await producer.bump({ id: first.id, epoch: 5 }), 'PRODUCER_FENCED')
  }),
)

contractAlone(
  'the timeout of transactions is more than nothing, and at most what the broker allows',
  { ...beginning, config: { 'transaction.max.timeout.ms': 7000 } },
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context, { timeoutMs: 7000 })
    for (const transactionTimeoutMs of [0, -1, 7001])
      assert.is(await producer.init({ transactionTimeoutMs }), 'INVALID_TRANSACTION_TIMEOUT')
    assert.is(await producer.init({ transactionTimeoutMs: 1 }), 'NONE')
    assert.is((await producer.describe()).transactionTimeoutMs, 1)
  }),
)

contract(
  'only the coordinator of a transactional id serves it',
  { ...producing, brokers: 3 },
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    const partition = await Partition.of(talk, context)
    const strangers = talk.brokers.filter(id => id !== producer.coordinatorId)
    for (const stranger of strangers) {
      const lost = producer.askedAt(stranger)
      assert.is(await lost.init(), 'NOT_COORDINATOR')
      assert.equal(await lost.addAll([partition]), ['NOT_COORDINATOR'])
      assert.is(await lost.addOffsets('any'), 'NOT_COORDINATOR')
      assert.is(await lost.endOnce('commit'), 'NOT_COORDINATOR')
      assert.is(await lost.state(), 'NOT_COORDINATOR')
    }
    assert.is(await producer.add(partition), 'NONE')
  }),
)

contract(
  'a transaction that goes on is aborted for a newcomer, who has to ask again',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const old = await Transactional.of(talk, context)
    await old.add(partition)
    await old.send(partition, 0)
    const successor = new Transactional(talk, context, { transactionalId: old.transactionalId })
    assert.is(await successor.init(), 'CONCURRENT_TRANSACTIONS')
    await successor.begin()
    assert.equal([successor.id, successor.epoch], [old.id, 2])
    assert.equal(await partition.markers(), ['1 abort 1'])
    assert.is(await old.send(partition, 1), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await old.addAll([partition]), ['PRODUCER_FENCED'])
    assert.equal(await old.addAll([partition], { version: 1 }), ['INVALID_PRODUCER_EPOCH'])
    for (const [version, error] of [
      [1, 'INVALID_PRODUCER_EPOCH'],
      [4, 'PRODUCER_FENCED'],
    ] as const) {
      assert.is(await old.endOnce('commit', { version }), error)
      assert.is(await old.addOffsets('any', { version: Math.min(version, 3) }), error)
    }
    assert.is(await old.bump(), 'PRODUCER_FENCED')
  }),
)

contractAlone(
  'when the epochs of a producer id are exhausted, the next InitProducerId gives another id',
  producing,
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    await producer.exhaust(lastEpochOfId)
    const old = { id: producer.id, epoch: producer.epoch }
    assert.is(await producer.bump(), 'NONE')
    assert.is.not(producer.id, old.id)
    assert.is(producer.epoch, 0)
    const { id } = producer
    assert.is(await producer.bump(old), 'NONE')
    assert.equal([producer.id, producer.epoch], [id, 0])
    assert.is(await producer.bump({ id: old.id, epoch: 3 }), 'PRODUCER_FENCED')
    await producer.init()
    assert.is(await producer.bump(old), 'PRODUCER_FENCED')
  }),
)

runContract()
