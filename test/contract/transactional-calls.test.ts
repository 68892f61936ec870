import * as assert from 'uvu/assert'
import { BrokerError, TransactionAbortedError, type GroupMetadata } from '../../src'
import { contract, contractAlone, runContract } from '../support/contract'
import { numbered, TransactionalRig as Rig, transactions } from '../support/producing'
import { needsAll, Partition, talking } from '../support/talk'
import { Group, share } from '../support/talk/group'
import { Transactional } from '../support/talk/transactional'

const needs = { needs: transactions }
const withMembers = {
  needs: [
    ...transactions,
    ...needsAll({ JoinGroup: 9, SyncGroup: 5, Heartbeat: 4, DescribeGroups: 0 }).needs!,
  ],
}
const withEpochs = {
  needs: [...transactions, ...needsAll({ InitProducerId: 4, EndTxn: 5, Produce: 12, Fetch: 12 }).needs!],
}

/** Of a producer id in transactions: the one behind it is kept for whoever fences its last producer. */
const lastEpochOfId = 2 ** 15 - 2

const failureOf = (outcome: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(outcome).then(
    () => assert.unreachable(),
    (error: unknown) => error,
  )

/** Why the transaction was aborted instead. */
async function causeOf(outcome: PromiseLike<unknown>): Promise<string | undefined> {
  const error = await failureOf(outcome)
  assert.instance(error, TransactionAbortedError)
  const { cause } = error as Error
  return cause instanceof BrokerError ? cause.reason : String(cause)
}

contract(
  'begin, sendOffsets and commit start when called, in their order; transaction starts when somebody listens',
  needs,
  ctx =>
    Rig.within(ctx, 1, async rig => {
      const group = ctx.uniqueName('group')
      const producer = rig.producer()
      let runs = 0
      const lazy = producer.transaction(tx => {
        runs++
        return tx.send({ topic: rig.topic, partition: 0, value: 'lazy' })
      })
      const begun = producer.begin()
      await producer.initTransactions()
      assert.match(String(await failureOf(producer.begin())), 'commit or abort it first')
      const tx = await begun
      tx.sendOffsets([{ topic: rig.topic, partition: 0, offset: 3 }], group)
      tx.send({ topic: rig.topic, partition: 0, value: 'sent' })
      tx.sendOffsets([{ topic: rig.topic, partition: 0, offset: 7 }], group)
      tx.commit()
      assert.match(String(await failureOf(producer.begin())), 'being committed')
      await tx.commit()
      assert.is(runs, 0)
      assert.equal(await rig.committed(), ['sent'])
      assert.is(await rig.offset(group), 7n)
      await Promise.all([lazy, lazy])
      assert.is(runs, 1)
      const other = await producer.begin()
      other.send({ topic: rig.topic, partition: 0, value: 'aborted' })
      other.abort()
      assert.match(String(await failureOf(producer.begin())), 'being aborted')
      await other.abort()
      await producer.transaction(next => next.send({ topic: rig.topic, partition: 0, value: 'last' }))
      assert.equal(await rig.committed(), ['sent', 'lazy', 'last'])
    }),
)

contract(
  'offsets of a member are committed in its generation, and refused for one that is over, or for who is no member',
  withMembers,
  talking((talk, ctx) =>
    Rig.within(ctx, 1, async rig => {
      const group = await Group.of(talk, ctx)
      const [member] = await group.stable(1, { instanceId: 'the copier' })
      const { memberId, generationId } = member!
      const producer = rig.producer()
      const copy = (offset: number, as: Omit<GroupMetadata, 'groupId'>) =>
        producer.transaction(tx => {
          tx.send({ topic: rig.topic, partition: 0, value: `up to ${offset}` })
          const offsets = [{ topic: rig.topic, partition: 0, offset }]
          tx.sendOffsets(offsets, { groupId: group.name, ...as }).subscribe({ error: () => undefined })
        })
      await copy(1, { memberId, generationId })
      assert.is(await rig.offset(group.name), 1n)
      // The same member joins once more: for a later generation.
      await member!.join({ rebalanceTimeoutMs: 7000 })
      await share([member!])
      assert.ok(member!.generationId > generationId)
      assert.is(await causeOf(copy(2, { memberId, generationId })), 'ILLEGAL_GENERATION')
      const now = { memberId, generationId: member!.generationId }
      assert.is(await causeOf(copy(2, { ...now, memberId: 'nobody' })), 'UNKNOWN_MEMBER_ID')
      assert.is(
        await causeOf(copy(2, { ...now, memberId: 'nobody', groupInstanceId: 'the copier' })),
        'FENCED_INSTANCE_ID',
      )
      assert.is(await rig.offset(group.name), 1n)
      await copy(3, { ...now, groupInstanceId: 'the copier' })
      assert.is(await rig.offset(group.name), 3n)
      assert.equal(await rig.committed(), ['up to 1', 'up to 3'])
    }),
  ),
)

contractAlone(
  'when the epochs of its id are exhausted a transactional producer goes on with another one',
  withEpochs,
  talking((talk, ctx) =>
    Rig.within(ctx, 1, async rig => {
      const { transactionalId } = rig
      const before = await Transactional.of(talk, ctx, { transactionalId })
      await before.exhaust(lastEpochOfId - 2)
      const producer = rig.producer()
      const values = numbered(6)
      for (const value of values)
        await producer.transaction(tx => tx.send({ topic: rig.topic, partition: 0, value }))
      assert.equal(await rig.committed(), values)
      const partition = await Partition.find(talk, rig.topic)
      const batches = partition.batchesOf(await partition.fetch(0))
      const told = batches
        .filter(({ isControl, isTransactional }) => !isControl && isTransactional)
        .map(
          ({ producerId, producerEpoch }) => `${producerId === before.id ? 'old' : 'new'} ${producerEpoch}`,
        )
      assert.equal(told, ['old 32765', 'old 32766', 'new 0', 'new 1', 'new 2', 'new 3'])
    }),
  ),
)

runContract()
