import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { numbered, produce, Reading, withClient } from '../support/reading'
import { eventually, needsAll } from '../support/talk'

contract(
  'a topic that is not there yet is waited for, as an event tells, and read from its first message on',
  needsAll({ CreateTopics: 4, Fetch: 12 }),
  ctx =>
    withClient(
      ctx,
      async client => {
        const topic = ctx.uniqueName('topic')
        const reading = new Reading(client, topic)
        await reading.until(() => reading.of('waiting-for-topic').length > 0)
        const topics = [{ name: topic, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }]
        const { topics: made } = await client.request(Apis.CreateTopics, { topics, timeoutMs: 8000 })
        assert.is(made[0]!.errorCode, 0)
        for (const partition of [0, 1]) await produce(client, topic, numbered(5, 10 * partition), partition)
        await reading.has(10)
        assert.equal([...reading.values].sort(), [...numbered(5), ...numbered(5, 10)].sort())
      },
      { metadataMaxAgeMs: 1000 },
    ),
)

contract(
  'partitions that are added are read from their first message on, while the others go on where they are',
  needsAll({ CreatePartitions: 2, Fetch: 12 }),
  ctx =>
    withClient(
      ctx,
      async client => {
        const topic = await ctx.uniqueTopic(1)
        await produce(client, topic, numbered(5))
        const reading = new Reading(client, topic)
        await reading.has(5)
        const topics = [{ name: topic, count: 3, assignments: null }]
        await client.request(Apis.CreatePartitions, { topics, timeoutMs: 8000, validateOnly: false })
        await eventually(
          () => client.loadMetadataForTopics(topic),
          cluster => cluster.topics.get(topic)?.partitions.size === 3,
        )
        for (const partition of [0, 1, 2])
          await produce(client, topic, numbered(5, 10 * (partition + 1)), partition)
        await reading.has(20)
        assert.equal([...reading.values].sort(), [0, 10, 20, 30].flatMap(from => numbered(5, from)).sort())
        assert.equal(reading.of('offset-reset'), [])
      },
      { metadataMaxAgeMs: 1000 },
    ),
)

runContract()
