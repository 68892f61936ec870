import * as assert from 'uvu/assert'
import { type KafkaClient } from '../../src'
import { contract, runContract } from '../support/contract'
import { moment, Reading, withClient } from '../support/reading'
import { eventually, needsAll, Partition, talking } from '../support/talk'
import { implicit, Transactional } from '../support/talk/transactional'
import { batchOf } from '../support/wire'

const needs = needsAll({
  InitProducerId: 4,
  Produce: 12,
  EndTxn: 5,
  Fetch: 12,
  ListOffsets: 6,
  OffsetCommit: 2,
})
const inTransaction = { version: implicit.Produce }
const ending = { version: implicit.EndTxn }
const committed = { isolationLevel: 'read_committed' } as const

async function storedBy(client: KafkaClient, groupId: string, topic: string): Promise<bigint> {
  const [stored] = await client.sendOffsetFetchRequest(groupId, [{ topic, partition: 0 }])
  return stored!.offset
}

contract(
  'of interleaved transactions just the committed ones are read, in the order of the log; an open one is waited for',
  needs,
  talking((talk, ctx) =>
    withClient(ctx, async client => {
      const partition = await Partition.of(talk, ctx)
      const [a, b, c] = [
        await Transactional.of(talk, ctx),
        await Transactional.of(talk, ctx),
        await Transactional.of(talk, ctx),
      ]
      const send = (producer: Transactional, sequence: number, value: string) =>
        producer.send(partition, sequence, { ...inTransaction, values: [value] })
      const reading = new Reading(client, partition.topic, committed)
      await partition.produce(batchOf(['plain 1']))
      await send(a, 0, 'a aborted')
      await send(b, 0, 'b committed')
      await send(a, 1, 'a aborted too')
      await send(c, 0, 'c aborted')
      // Ends in another order than the beginnings.
      await c.settle('abort', ending)
      await b.settle('commit', ending)
      await reading.has(1)
      await partition.produce(batchOf(['plain 2']))
      // a is open: nothing behind its first message is read.
      for (let i = 0; i < 10; i++) await moment()
      assert.equal(reading.values, ['plain 1'])
      await a.settle('abort', ending)
      await reading.has(3)
      await send(a, 0, 'a committed')
      await a.settle('commit', ending)
      await reading.has(4)
      assert.equal(reading.values, ['plain 1', 'b committed', 'plain 2', 'a committed'])
      assert.equal([...reading.of('offset-reset'), ...reading.of('stalled')], [])
    }),
  ),
)

contract(
  'aborted messages and markers at the end of the log are passed, and what is behind them is committed',
  needs,
  talking((talk, ctx) =>
    withClient(ctx, async client => {
      const partition = await Partition.of(talk, ctx)
      const { topic } = partition
      const groupId = ctx.uniqueName('group')
      const producer = await Transactional.of(talk, ctx)
      const abort = async () => {
        await producer.send(partition, 0, inTransaction)
        await producer.settle('abort', ending)
      }
      await abort()
      await abort()
      const reading = new Reading(client, topic, { ...committed, groupId, autoCommitIntervalMs: 50 })
      await eventually(
        () => storedBy(client, groupId, topic),
        offset => offset === 4n,
      )
      await partition.produce(batchOf(['plain']))
      await reading.has(1)
      await abort()
      await eventually(
        () => storedBy(client, groupId, topic),
        offset => offset === 7n,
      )
      assert.equal(reading.values, ['plain'])
      assert.is(reading.consumer.lag({ topic, partition: 0 }), 0n)
    }),
  ),
)

runContract()
