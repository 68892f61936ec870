import * as assert from 'uvu/assert'
import { FencedError, TransactionAbortedError } from '../../src'
import { contract, contractAlone, runContract } from '../support/contract'
import { TransactionalRig as Rig, transactions } from '../support/producing'

const needs = { needs: transactions }

contract(
  'what is sent in a transaction is committed together, in all partitions and with the offsets of a group',
  needs,
  ctx =>
    Rig.within(ctx, 3, async rig => {
      const group = ctx.uniqueName('group')
      const outcome = await rig.producer().transaction(async tx => {
        for (const partition of [0, 1, 2])
          for (const value of ['a', 'b'])
            tx.send({ topic: rig.topic, partition, value: `${partition}${value}` })
        await tx.sendOffsets([{ topic: rig.topic, partition: 0, offset: 4, metadata: 'here' }], group)
        await tx.sendOffsets([{ topic: rig.topic, partition: 0, offset: 5n }], {
          groupId: group,
          generationId: -1,
        })
        return 'done'
      })
      assert.is(outcome, 'done')
      assert.equal(await rig.committed(), ['0a', '0b', '1a', '1b', '2a', '2b'])
      assert.is(await rig.offset(group), 5n)
    }),
)

contract(
  'an aborted transaction is seen by nobody who reads what is committed, and stores no offsets',
  needs,
  ctx =>
    Rig.within(ctx, 1, async rig => {
      const group = ctx.uniqueName('group')
      const producer = rig.producer()
      const tx = await producer.begin()
      const { offset } = await tx.send({ topic: rig.topic, partition: 0, value: 'never' })
      assert.is(offset, 0n)
      await tx.sendOffsets([{ topic: rig.topic, partition: 0, offset: 4 }], group)
      await tx.abort()
      await producer.transaction(next => next.send({ topic: rig.topic, partition: 0, value: 'then' }))
      assert.equal(await rig.committed(), ['then'])
      assert.is(await rig.offset(group), -1n)
    }),
)

contract(
  'transactions follow each other at once, some committed and some not, each as it was told',
  needs,
  ctx =>
    Rig.within(ctx, 2, async rig => {
      const producer = rig.producer({ bufferTime: 2 })
      const rounds = Array.from({ length: 30 }, (_, round) => round)
      for (const round of rounds) {
        const tx = await producer.begin()
        for (const partition of round % 5 === 0 ? [0] : [0, 1])
          for (const part of ['a', 'b']) tx.send({ topic: rig.topic, partition, value: `${round}${part}` })
        await (round % 3 === 0 ? tx.abort() : tx.commit())
      }
      const expected = [0, 1].flatMap(partition =>
        rounds
          .filter(round => round % 3 !== 0 && (partition === 0 || round % 5 !== 0))
          .flatMap(round => [`${round}a`, `${round}b`]),
      )
      assert.equal(await rig.committed(), expected)
    }),
)

contract('a send that fails aborts in place of the commit, and the producer goes on', needs, ctx =>
  Rig.within(ctx, 1, async rig => {
    const producer = rig.producer({ maxBatchBytes: 10_000_000 })
    const outcome = producer.transaction(async tx => {
      await tx.send({ topic: rig.topic, partition: 0, value: 'good' })
      tx.send({ topic: rig.topic, partition: 0, value: 'x'.repeat(3_000_000) }).subscribe({
        error: () => undefined,
      })
    })
    const error: unknown = await outcome.catch((thrown: unknown) => thrown)
    assert.instance(error, TransactionAbortedError)
    assert.match((error as Error).message, 'MESSAGE_TOO_LARGE')
    await producer.transaction(tx => tx.send({ topic: rig.topic, partition: 0, value: 'next' }))
    assert.equal(await rig.committed(), ['next'])
  }),
)

contract(
  'a new instance takes over at once from one that has stopped in the midst of a transaction',
  needs,
  ctx =>
    Rig.within(ctx, 1, async rig => {
      const group = ctx.uniqueName('group')
      const first = rig.producer()
      const tx = await first.begin()
      await tx.send({ topic: rig.topic, partition: 0, value: 'lost' })
      await tx.sendOffsets([{ topic: rig.topic, partition: 0, offset: 4 }], group)
      await first.stop()
      const second = rig.producer()
      await second.initTransactions()
      assert.is(await rig.offset(group), -1n)
      await second.transaction(next => next.send({ topic: rig.topic, partition: 0, value: 'kept' }))
      assert.equal(await rig.committed(), ['kept'])
    }),
)

contract('of two instances the older is fenced, and commits nothing more', needs, ctx =>
  Rig.within(ctx, 1, async rig => {
    const first = rig.producer()
    await first.transaction(tx => tx.send({ topic: rig.topic, partition: 0, value: 'before' }))
    const old = await first.begin()
    await old.send({ topic: rig.topic, partition: 0, value: 'fenced' })
    const second = rig.producer()
    await second.transaction(tx => tx.send({ topic: rig.topic, partition: 0, value: 'after' }))
    old.send({ topic: rig.topic, partition: 0, value: 'fenced too' }).subscribe({ error: () => undefined })
    assert.instance(await old.commit().catch((error: unknown) => error), FencedError)
    assert.instance(await first.begin().catch((error: unknown) => error), FencedError)
    await second.transaction(tx => tx.send({ topic: rig.topic, partition: 0, value: 'and after' }))
    assert.equal(await rig.committed(), ['before', 'after', 'and after'])
  }),
)

contract('a fenced instance that sends nothing more hears it when it commits', needs, ctx =>
  Rig.within(ctx, 1, async rig => {
    const old = await rig.producer().begin()
    await old.send({ topic: rig.topic, partition: 0, value: 'fenced' })
    await rig.producer().initTransactions()
    assert.instance(await old.commit().catch((error: unknown) => error), FencedError)
    assert.equal(await rig.committed(), [])
  }),
)

contractAlone(
  'a transaction that outlives its timeout is not committed',
  { ...needs, config: { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 200 } },
  ctx =>
    Rig.within(ctx, 1, async rig => {
      const producer = rig.producer({ transactionTimeoutMs: 500 })
      const late: string[] = []
      for (const isSending of [false, true]) {
        const tx = await producer.begin()
        await tx.send({ topic: rig.topic, partition: 0, value: 'late' })
        assert.equal(await rig.committed(), late)
        if (isSending)
          tx.send({ topic: rig.topic, partition: 0, value: 'later' }).subscribe({ error: () => undefined })
        const error: unknown = await tx.commit().catch((thrown: unknown) => thrown)
        if (error instanceof FencedError) return
        assert.instance(error, TransactionAbortedError)
        // Since KIP-890 the producer itself goes on; before it nobody can tell it from one that was replaced.
        await producer.transaction(next => next.send({ topic: rig.topic, partition: 0, value: 'next' }))
        late.push('next')
        assert.equal(await rig.committed(), late)
      }
    }),
)

contract('closing aborts what is open', needs, ctx =>
  Rig.within(ctx, 1, async rig => {
    const producer = rig.producer()
    const tx = await producer.begin()
    await tx.send({ topic: rig.topic, partition: 0, value: 'open' })
    await producer.close()
    assert.instance(await tx.commit().catch((error: unknown) => error), TransactionAbortedError)
    assert.equal(await rig.committed(), [])
  }),
)

runContract()
