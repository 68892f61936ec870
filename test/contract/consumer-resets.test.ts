import * as assert from 'uvu/assert'
import { OFFSET_COMMITTED, type ConsumerOptions, type KafkaClient } from '../../src'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { moment, numbered, produce, Reading, withClient } from '../support/reading'
import { eventually, needsAll, Partition, talking } from '../support/talk'

const needs = needsAll({ DeleteRecords: 1, Produce: 9, Fetch: 12, ListOffsets: 6, OffsetCommit: 2 })
const ends = { 'before the first': 2, 'behind the last': 1000 } as const

/** Offsets 0 to 9 of which only those from 6 on are left. */
async function shortened(client: KafkaClient, { topic, connection }: Partition): Promise<void> {
  await produce(client, topic, numbered(6))
  await produce(client, topic, numbered(4, 6))
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0, offset: 6 }] }]
  await connection.request(Apis.DeleteRecords, 1, { topics, timeoutMs: 5000 })
}

const resetsOf = (reading: Reading) => reading.of('offset-reset').map(({ from, to }) => [from, to])

for (const [where, offset] of Object.entries(ends)) {
  for (const policy of ['earliest', 'latest', { agoMs: 3_600_000 }] as const)
    contract(
      `an offset ${where} of the log is reset to ${JSON.stringify(policy)}: nothing is skipped that the policy does not skip`,
      needs,
      talking((talk, ctx) =>
        withClient(ctx, async client => {
          const partition = await Partition.of(talk, ctx)
          await shortened(client, partition)
          const reading = new Reading(client, partition.topic, { from: offset, autoOffsetReset: policy })
          await reading.until(() => reading.of('offset-reset').length > 0)
          const isLatest = policy === 'latest'
          // What is written while the end is being looked up is behind it.
          for (let i = 0; isLatest && reading.values.length === 0; i++) {
            await produce(client, partition.topic, [`late ${i}`])
            await moment()
          }
          await reading.has(isLatest ? 1 : 4)
          if (isLatest) assert.match(reading.values[0]!, 'late')
          else assert.equal(reading.values, numbered(4, 6))
          assert.equal(resetsOf(reading), [[BigInt(offset), policy]])
        }),
      ),
    )

  contract(
    `an offset ${where} of the log ends the stream with an error that names it, where there is no policy`,
    needs,
    talking((talk, ctx) =>
      withClient(ctx, async client => {
        const partition = await Partition.of(talk, ctx)
        await shortened(client, partition)
        const reading = new Reading(client, partition.topic, { from: offset, autoOffsetReset: 'none' })
        await eventually(moment, () => reading.failure !== undefined)
        const { kind, message } = reading.failure as { kind?: string; message: string }
        assert.is(kind, 'no-offset')
        assert.match(message, `${partition.topic}/0: the log does not have offset ${offset}`)
        assert.equal(reading.values, [])
      }),
    ),
  )
}

contract(
  'what is deleted behind a slow reader is skipped, as an event tells, and the group commits on from there',
  needs,
  talking((talk, ctx) =>
    withClient(ctx, async client => {
      const partition = await Partition.of(talk, ctx)
      const options: ConsumerOptions = { groupId: ctx.uniqueName('group'), autoCommitIntervalMs: 50 }
      const stored = async () =>
        (
          await client.sendOffsetFetchRequest(options.groupId!, [{ topic: partition.topic, partition: 0 }])
        )[0]!.offset
      await client.sendOffsetCommitRequest(options.groupId!, [
        { topic: partition.topic, partition: 0, offset: 2 },
      ])
      await shortened(client, partition)
      const reading = new Reading(client, partition.topic, {
        ...options,
        from: OFFSET_COMMITTED,
        autoOffsetReset: 'earliest',
      })
      await reading.has(4)
      assert.equal(reading.values, numbered(4, 6))
      assert.equal(resetsOf(reading), [[2n, 'earliest']])
      await eventually(stored, offset => offset === 10n)
    }),
  ),
)

runContract()
