import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking, type Talk } from '../support/talk'
import { implicit, Transactional } from '../support/talk/transactional'

const { DescribeTransactions, ListTransactions } = Apis

const listing = needsAll({
  InitProducerId: 4,
  Produce: 12,
  EndTxn: 5,
  ListTransactions: 2,
  DescribeTransactions: 0,
})
const within = { version: implicit.Produce }

/** Ids of the transactions that all brokers together list, those of other cases left out. */
async function listed(
  talk: Talk,
  ours: readonly Transactional[],
  filters: Partial<RequestOf<typeof ListTransactions>> = {},
): Promise<string[]> {
  const body = { stateFilters: [], producerIdFilters: [], ...filters }
  const found: string[] = []
  for (const broker of talk.brokers) {
    const { errorCode, transactionStates } = await talk.broker(broker).request(ListTransactions, 2, body)
    assert.is(errorCode, 0)
    for (const { transactionalId, transactionState, producerId } of transactionStates) {
      const index = ours.findIndex(one => one.transactionalId === transactionalId)
      if (index < 0) continue
      assert.is(String(producerId), String(ours[index]!.id))
      found.push(`${index} ${transactionState}`)
    }
  }
  return found.sort()
}

contract(
  'each coordinator lists the transactional ids that it keeps, filtered by state, producer, age and name',
  listing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producers = [await Transactional.of(talk, context), await Transactional.of(talk, context)]
    const [idle, busy] = producers as [Transactional, Transactional]
    await busy.send(partition, 0, within)
    const list = (filters?: Parameters<typeof listed>[2]) => listed(talk, producers, filters)
    assert.equal(await list(), ['0 Empty', '1 Ongoing'])
    assert.equal(await list({ stateFilters: ['Ongoing', 'CompleteAbort'] }), ['1 Ongoing'])
    assert.equal(await list({ stateFilters: ['ongoing'] }), [])
    assert.equal(await list({ producerIdFilters: [idle.id] }), ['0 Empty'])
    assert.equal(await list({ durationFilter: 3_600_000 }), ['0 Empty'])
    assert.equal(await list({ durationFilter: -1 }), ['0 Empty', '1 Ongoing'])
    assert.equal(await list({ transactionalIdPattern: `.*${busy.transactionalId.slice(-8)}` }), ['1 Ongoing'])
    assert.equal(await list({ transactionalIdPattern: busy.transactionalId.slice(-8) }), [])
    assert.equal(await list({ transactionalIdPattern: '' }), ['0 Empty', '1 Ongoing'])
  }),
)

contract(
  'states that there are not, and a pattern that is none, are told',
  listing,
  talking(async talk => {
    const body = { stateFilters: ['Ongoing', 'Odd', 'ongoing'], producerIdFilters: [] }
    const { unknownStateFilters } = await talk.request(ListTransactions, 2, body)
    assert.equal([...unknownStateFilters].sort(), ['Odd', 'ongoing'])
    const odd = { stateFilters: [], producerIdFilters: [], transactionalIdPattern: '[' }
    assert.is(errorName(await talk.request(ListTransactions, 2, odd)), 'INVALID_REGULAR_EXPRESSION')
  }),
)

contract(
  'a transactional id without letters is INVALID_REQUEST, and an unknown one is not found',
  listing,
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context, { timeoutMs: 7000 })
    const unknown = new Transactional(talk, context)
    assert.is(await unknown.state(), 'TRANSACTIONAL_ID_NOT_FOUND')
    const on = talk.broker(producer.coordinatorId!)
    const transactionalIds = ['', producer.transactionalId]
    const { transactionStates } = await on.request(DescribeTransactions, 0, { transactionalIds })
    assert.equal(transactionStates.map(errorName), ['INVALID_REQUEST', 'NONE'])
    const { transactionTimeoutMs, producerEpoch, producerId } = transactionStates[1]!
    assert.equal([transactionTimeoutMs, producerEpoch, String(producerId)], [7000, 0, String(producer.id)])
  }),
)

const soon = { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 100 }

contractAlone(
  'a transaction that lasts too long is aborted, and its producer fenced',
  { ...listing, config: soon },
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Transactional.of(talk, context, { timeoutMs: 200 })
    await producer.send(partition, 0, within)
    await eventually(
      () => producer.state(),
      state => state === 'CompleteAbort',
    )
    assert.equal(await partition.markers(), ['1 abort 1'])
    assert.is(await producer.send(partition, 1, within), 'INVALID_PRODUCER_EPOCH')
    assert.is(await producer.end('commit', { version: 4 }), 'PRODUCER_FENCED')
    const { epoch } = producer
    assert.is(await producer.end('commit', { version: 5, epoch }), 'INVALID_TXN_STATE')
    assert.is(await producer.end('abort', { version: 5, epoch }), 'NONE')
    assert.is(producer.epoch, 1)
    assert.is(await producer.send(partition, 0, within), '2')
  }),
)

contractAlone(
  'a transactional id that nobody uses is forgotten',
  {
    ...listing,
    config: {
      'transactional.id.expiration.ms': 200,
      'transaction.remove.expired.transaction.cleanup.interval.ms': 100,
    },
  },
  talking(async (talk, context) => {
    const producer = await Transactional.of(talk, context)
    const { id } = producer
    await eventually(
      () => producer.state(),
      state => state === 'TRANSACTIONAL_ID_NOT_FOUND',
    )
    assert.is(await producer.end('abort'), 'INVALID_PRODUCER_ID_MAPPING')
    await producer.begin()
    assert.is.not(producer.id, id)
    assert.is(producer.epoch, 0)
  }),
)

runContract()
