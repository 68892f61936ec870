import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'
import { numbered, produce, Reading, withClient } from '../support/reading'
import { eventually, needsAll, Partition, talking } from '../support/talk'
import { noTopicId } from '../support/talk/metadata'
import { moveLeader, moving } from '../support/talk/move-leader'

const recreating = needsAll({ CreateTopics: 7, DeleteTopics: 6, Fetch: 13, Metadata: 10 })

contract(
  'a topic that is deleted is waited for; created anew it is read from its beginning, not at the offset of the old one',
  recreating,
  ctx =>
    withClient(ctx, async client => {
      const topic = await ctx.uniqueTopic()
      await produce(client, topic, numbered(5))
      const reading = new Reading(client, topic, { autoOffsetReset: 'earliest' })
      await reading.has(5)
      await client.request(Apis.DeleteTopics, {
        topics: [{ name: topic, topicId: noTopicId }],
        timeoutMs: 8000,
      })
      await reading.until(() => reading.of('waiting-for-topic').length > 0)
      const topics = [{ name: topic, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
      await eventually(
        () => client.request(Apis.CreateTopics, { topics, timeoutMs: 8000 }),
        ({ topics: [made] }) => made!.errorCode === 0,
      )
      await produce(client, topic, numbered(10, 100))
      await reading.has(15)
      assert.equal(reading.values, [...numbered(5), ...numbered(10, 100)])
      const at = { topic, partition: 0 }
      assert.equal(reading.of('topic-recreated'), [{ type: 'topic-recreated', at, from: 5n, to: 'earliest' }])
      assert.equal(reading.of('offset-reset'), [])
    }),
)

contract(
  'a start by time is the first message of that time or later, the first of all, or the end of the log',
  { ...needsAll({ ListOffsets: 1, Produce: 2 }), core: true },
  ctx =>
    withClient(ctx, async client => {
      const topic = await ctx.uniqueTopic()
      const now = Date.now()
      const minute = 60_000
      for (const ago of [30, 20, 10]) {
        const messages = [{ value: `${ago} minutes ago`, timestamp: now - ago * minute }]
        await client.sendProduceRequest([{ topic, partition: 0, messages }])
      }
      const later = new Reading(client, topic, { from: { agoMs: minute } })
      const twenty = new Reading(client, topic, { from: { at: new Date(now - 20 * minute) } })
      const fifteen = new Reading(client, topic, { from: { agoMs: 15 * minute } })
      const all = new Reading(client, topic, { from: { agoMs: 24 * 60 * minute } })
      const reset = new Reading(client, topic, { from: 1000, autoOffsetReset: { agoMs: 15 * minute } })
      await Promise.all([twenty.has(2), fifteen.has(1), all.has(3), reset.has(1)])
      for (let i = 0; later.values.length === 0; i++) {
        await produce(client, topic, [`now ${i}`])
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      assert.equal(twenty.values.slice(0, 2), ['20 minutes ago', '10 minutes ago'])
      assert.is(fifteen.values[0], '10 minutes ago')
      assert.is(all.values[0], '30 minutes ago')
      assert.is(reset.values[0], '10 minutes ago')
      assert.match(later.values[0]!, /^now /)
    }),
)

contract(
  'a new leader confirms the position that was read from the one before: nothing is lost, doubled or reset',
  { ...needsAll({ OffsetForLeaderEpoch: 3, Produce: 9, Fetch: 12, ...moving }), brokers: 3 },
  talking((talk, ctx) =>
    withClient(ctx, async client => {
      let partition = await Partition.of(talk, ctx)
      const { topic } = partition
      const reading = new Reading(client, topic, { autoOffsetReset: 'earliest' })
      for (let i = 0; i < 3; i++) {
        await produce(client, topic, numbered(10, 10 * i))
        await reading.has(10 * (i + 1))
        partition = await moveLeader(talk, partition)
      }
      await produce(client, topic, ['last'])
      await reading.has(31)
      assert.equal(reading.values, [...numbered(30), 'last'])
      assert.equal([...reading.of('truncated'), ...reading.of('offset-reset')], [])
    }),
  ),
)

contractAlone(
  'a consumer in the rack of a follower reads from it, and from the leader when it is gone',
  {
    ...needsAll({ Fetch: 11 }),
    brokers: 3,
    config: { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' },
  },
  talking(async (talk, ctx) => {
    const partition = await Partition.of(talk, ctx)
    const { topic, leader } = partition
    const follower = partition.replicas.find(id => id !== leader)!
    const { brokers } = await talk.request(Apis.Metadata, 1, { topics: [] })
    const clientRack = brokers.find(({ nodeId }) => nodeId === follower)!.rack!
    await withClient(
      ctx,
      async client => {
        const fetching = new Set<string>()
        client.events$.subscribe(event => {
          if (event.type === 'connected' && event.purpose.startsWith('fetch:'))
            fetching.add(event.broker.split(' (')[0]!)
        })
        await produce(client, topic, numbered(10))
        const reading = new Reading(client, topic, { autoOffsetReset: 'none' })
        await reading.has(10)
        assert.equal([...fetching], [`broker ${leader}`, `broker ${follower}`])
        await produce(client, topic, numbered(10, 10))
        await reading.has(20)
        await ctx.control.kill(follower)
        await produce(client, topic, numbered(10, 20))
        await reading.has(30)
        assert.equal(reading.values, numbered(30))
        assert.equal(reading.of('offset-reset'), [])
      },
      { clientRack },
    )
  }),
)

runContract()
