import * as assert from 'uvu/assert'
import type { KafkaClient, ProducerOptions } from '../../src'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { eventsOf, numbered, valuesIn, withProducer } from '../support/producing'
import { eventually, needsAll, Partition, talking, type Talk } from '../support/talk'
import { topicsOf } from '../support/talk/metadata'
import { moveLeader, moving } from '../support/talk/move-leader'
import { create } from '../support/talk/topics'

const { CreatePartitions, DeleteTopics } = Apis
const creating = needsAll({ CreateTopics: 7, DeleteTopics: 5, Metadata: 10, ListOffsets: 6 })
const managing = needsAll({ CreatePartitions: 0, ListOffsets: 6, ...moving })

/** Makes the topic, and waits until every broker knows it and its leaders serve it. */
async function made(talk: Talk, name: string, numPartitions: number): Promise<void> {
  await create(talk, 7, [{ name, numPartitions, replicationFactor: -1 }])
  for (const broker of talk.brokers)
    for (let index = 0; index < numPartitions; index++)
      await eventually(
        () => Partition.seenBy(talk, broker, name, index),
        ({ leader }) => leader >= 0,
      )
  for (let index = 0; index < numPartitions; index++) await Partition.find(talk, name, index)
}

/** Deletes the topic, and waits until no broker knows it. */
async function deleted(talk: Talk, name: string): Promise<void> {
  await talk.request(DeleteTopics, 5, { topicNames: [name], timeoutMs: 8000 })
  await eventually(
    () => topicsOf(talk, 10, [{ name }]),
    ([topic]) => topic!.errorCode !== 0,
  )
}

const offsets = (receipts: readonly { readonly offset: bigint }[]) =>
  receipts.map(({ offset }) => Number(offset))
const counted = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)

contract(
  'a topic that is deleted and created again while a producer holds it is written to from its beginning, in order',
  creating,
  talking((talk, ctx) =>
    withProducer(ctx, { partitions: 2, bufferCount: 1 }, async ({ client, producer, topic }) => {
      const ids = eventsOf(producer, 'producer-id')
      await Promise.all(numbered(5, 'old').map(value => producer.send({ topic, partition: 0, value })))
      await deleted(talk, topic)
      await made(talk, topic, 1)
      const sent = await Promise.all(numbered(8).map(value => producer.send({ topic, partition: 0, value })))
      assert.equal(offsets(sent), counted(8))
      await client.loadMetadataForTopics(topic)
      const later = await Promise.all(
        numbered(8, 'later').map(value => producer.send({ topic, partition: 0, value })),
      )
      assert.equal(offsets(later), counted(8, 8))
      assert.equal(await valuesIn(client, topic), [...numbered(8), ...numbered(8, 'later')])
      // What was numbered for the old log is not taken up in the new one.
      assert.equal(
        ids.map(({ epoch }) => epoch),
        [0, 1],
      )
    }),
  ),
)

contract(
  'messages for a topic that does not exist yet wait for it, and are written in the order of the calls',
  creating,
  talking((talk, ctx) =>
    withProducer(ctx, {}, async ({ client, producer }) => {
      const topic = ctx.uniqueName('topic')
      const early = numbered(5).map(value => producer.send({ topic, partition: 0, value }))
      await made(talk, topic, 1)
      const late = numbered(5, 'late').map(value => producer.send({ topic, partition: 0, value }))
      assert.equal(offsets(await Promise.all([...early, ...late])), counted(10))
      assert.equal(await valuesIn(client, topic), [...numbered(5), ...numbered(5, 'late')])
    }),
  ),
)

contract(
  'partitions that are added while a producer holds the topic are written to',
  managing,
  talking((talk, ctx) =>
    withProducer(
      ctx,
      { bufferCount: 1, partitioner: (_, partitions) => partitions.length - 1 },
      async rig => {
        const { client, producer, topic } = rig
        assert.is((await producer.send({ topic, value: 'before' })).partition, 0)
        const body = {
          topics: [{ name: topic, count: 3, assignments: null }],
          timeoutMs: 8000,
          validateOnly: false,
        }
        await client.request(CreatePartitions, body)
        for (const index of [1, 2])
          for (const broker of talk.brokers)
            await eventually(
              () => Partition.seenBy(talk, broker, topic, index),
              ({ leader }) => leader >= 0,
            )
        await client.loadMetadataForTopics(topic)
        const receipts = await Promise.all(numbered(6).map(value => producer.send({ topic, value })))
        assert.equal(
          receipts.map(({ partition }) => partition),
          Array.from({ length: 6 }, () => 2),
        )
        assert.equal(offsets(receipts), counted(6))
        assert.equal(await valuesIn(client, topic, 2), numbered(6))
        assert.is((await producer.send({ topic, partition: 0, value: 'after' })).offset, 1n)
      },
    ),
  ),
)

/** Messages that wait to be written. */
const mostUnderWay = 100

/** Sends while the leader moves twice, and then checks what was sent. */
async function sentDuringMoves(
  talk: Talk,
  ctx: ContractContext,
  options: ProducerOptions,
  check: (client: KafkaClient, topic: string, values: readonly string[]) => Promise<void>,
): Promise<void> {
  await withProducer(ctx, { bufferCount: 3, ...options }, async ({ client, producer, topic }) => {
    const values: string[] = []
    const sent: PromiseLike<unknown>[] = []
    let isMoving = true
    const moves = (async () => {
      for (let move = 0; move < 2; move++) await moveLeader(talk, await Partition.find(talk, topic))
    })().finally(() => (isMoving = false))
    while (isMoving || values.length < 100) {
      const value = `message ${values.length}`
      values.push(value)
      sent.push(producer.send({ topic, partition: 0, value }))
      // What gathers is bounded, however long the moves take.
      await sent[values.length - mostUnderWay]
      await new Promise(resolve => setImmediate(resolve))
    }
    await moves
    await Promise.all(sent)
    await check(client, topic, values)
  })
}

contract(
  'while the leader moves each message is written once, in the order of the calls',
  { ...managing, brokers: 3 },
  talking((talk, ctx) =>
    sentDuringMoves(talk, ctx, {}, async (client, topic, values) => {
      assert.equal(await valuesIn(client, topic), values)
    }),
  ),
)

contract(
  'without idempotence a leader that moves costs no message, and each is first seen in the order of the calls',
  { ...managing, brokers: 3 },
  talking((talk, ctx) =>
    sentDuringMoves(talk, ctx, { idempotent: false }, async (client, topic, values) => {
      assert.equal([...new Set(await valuesIn(client, topic))], values)
    }),
  ),
)

runContract()
