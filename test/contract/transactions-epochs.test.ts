import * as assert from 'uvu/assert'
import { contract, contractAlone, runContract } from '../support/contract'
import { eventually, needsAll, Partition, talking } from '../support/talk'
import { implicit, Transactional } from '../support/talk/transactional'

const transacting = needsAll({
  InitProducerId: 4,
  Produce: [12, 13],
  EndTxn: [4, 5],
  Fetch: 12,
  DescribeTransactions: 0,
  DescribeProducers: 0,
})
const within = { version: implicit.Produce }
const ending = { version: implicit.EndTxn }
const lastEpochOfId = 2 ** 15 - 2

for (const version of [12, 13]) {
  contract(
    `Produce v${version} makes its partitions part of the transaction`,
    transacting,
    talking(async (talk, context) => {
      const [first, second] = await Partition.several(talk, context, 2)
      const producer = await Transactional.of(talk, context)
      assert.is(await producer.send(first!, 0, { version }), '0')
      assert.is(await producer.send(first!, 1, { version }), '1')
      assert.equal(await producer.view(), ['Ongoing', [0]])
      assert.is(await producer.send(second!, 0, { version }), '0')
      assert.equal(await producer.view(), ['Ongoing', [0, 1]])
      await producer.settle('commit', ending)
      assert.equal(await first!.markers(), ['2 commit 1'])
      assert.equal(await second!.markers(), ['1 commit 1'])
    }),
  )
}

contract(
  'EndTxn v5 answers the epoch of the next transaction, which the end bears already',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    const { id } = producer
    for (const [epoch, result] of (['commit', 'abort', 'commit'] as const).entries()) {
      assert.is(producer.epoch, epoch)
      assert.is(await producer.send(partition, 0, within), String(2 * epoch))
      await producer.settle(result, ending)
      assert.equal([producer.id, producer.epoch], [id, epoch + 1])
    }
    assert.equal(await partition.markers(), ['1 commit 1', '3 abort 2', '5 commit 3'])
    assert.equal(
      (await partition.producers()).map(({ epoch }) => epoch),
      [3],
    )
    assert.is(await producer.send(partition, 0, { ...within, epoch: 2 }), 'INVALID_PRODUCER_EPOCH')
  }),
)

contract(
  'the same EndTxn v5, sent again, is answered as before; as the other end it is INVALID_TXN_STATE',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await producer.send(partition, 0, within)
    const before = { ...ending, epoch: producer.epoch }
    await producer.settle('commit', ending)
    assert.is(await producer.end('commit', before), 'NONE')
    assert.is(producer.epoch, 1)
    assert.is(await producer.end('abort', before), 'INVALID_TXN_STATE')
    assert.is(await producer.end('commit', ending), 'INVALID_TXN_STATE')
    assert.is(await producer.end('commit', { ...ending, epoch: 7 }), 'PRODUCER_FENCED')
    assert.is(
      await producer.end('commit', { ...ending, id: producer.id + 1000n }),
      'INVALID_PRODUCER_ID_MAPPING',
    )
    assert.equal(await partition.markers(), ['1 commit 1'])
  }),
)

contract(
  'a transaction without anything in it can be aborted with EndTxn v5, which takes an epoch, but not committed',
  transacting,
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    assert.is(await producer.end('commit', ending), 'INVALID_TXN_STATE')
    for (const epoch of [1, 2]) {
      await producer.settle('abort', ending)
      assert.equal([await producer.state(), producer.epoch], ['CompleteAbort', epoch])
    }
    assert.is(await producer.end('commit', ending), 'INVALID_TXN_STATE')
    assert.is(await producer.end('abort'), 'NONE')
  }),
)

contract(
  'a transaction with an epoch of its own begins with sequence 0 in each partition',
  transacting,
  talking(async (talk, context) => {
    const [first, second] = await Partition.several(talk, context, 2)
    const producer = await Transactional.of(talk, context)
    assert.is(await producer.send(first!, 3, within), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(first!, 0, within), '0')
    await producer.settle('commit', ending)
    assert.is(await producer.send(first!, 1, within), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(second!, 3, within), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(await producer.view(), ['Ongoing', [0, 1]])
    assert.is(await producer.send(first!, 0, within), '2')
    assert.is(await producer.send(first!, 1, within), '3')
  }),
)

contract(
  'a batch for the next transaction waits until the end of the one before is written',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    for (let round = 0; round < 5; round++) {
      const send = () => producer.send(partition, 0, within)
      assert.is(await eventually(send, told => told !== 'CONCURRENT_TRANSACTIONS'), String(2 * round))
      assert.is(await producer.end('commit', ending), 'NONE')
    }
  }),
)

contract(
  'a producer whose transaction was aborted for another one gets its epoch once more, until that begins',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await producer.send(partition, 0, within)
    const old = { id: producer.id, epoch: producer.epoch }
    assert.is(await producer.bump(), 'CONCURRENT_TRANSACTIONS')
    await producer.settled()
    assert.is(await producer.bump(old), 'NONE')
    assert.is(producer.epoch, 1)
    assert.is(await producer.end('abort', { ...ending, ...old }), 'PRODUCER_FENCED')
    assert.equal(await partition.markers(), ['1 abort 1'])
    await producer.init()
    assert.is(await producer.bump(old), 'PRODUCER_FENCED')
  }),
)

contractAlone(
  'when the epochs of a producer id are exhausted, EndTxn v5 answers another id',
  transacting,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context)
    await producer.exhaust(lastEpochOfId)
    const old = { id: producer.id, epoch: producer.epoch }
    await producer.send(partition, 0, within)
    await producer.settle('commit', ending)
    assert.is.not(producer.id, old.id)
    assert.is(producer.epoch, 0)
    const { id } = producer
    assert.equal(await partition.markers(), [`1 commit ${lastEpochOfId + 1}`])
    assert.is(await producer.end('commit', { ...ending, ...old }), 'NONE')
    assert.equal([producer.id, producer.epoch], [id, 0])
    assert.is(await producer.end('abort', { ...ending, ...old }), 'INVALID_TXN_STATE')
    assert.is(await producer.send(partition, 0, within), '2')
    assert.is(await producer.send(partition, 1, { ...within, ...old }), 'INVALID_PRODUCER_EPOCH')
  }),
)

runContract()
