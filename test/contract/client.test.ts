import * as assert from 'uvu/assert'
import type { BrokerError } from '../../src'
import {
  createMessage,
  createMessageSet,
  FailedPayloadsError,
  KafkaClient,
  OFFSET_EARLIEST,
  OFFSET_LATEST,
  type FetchResponse,
} from '../../src'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'

/** A client for one case, closed when it ends. */
async function withClient(bootstrap: string, work: (client: KafkaClient) => Promise<void>): Promise<void> {
  const client = new KafkaClient(bootstrap, { clientId: 'contract' })
  try {
    await work(client)
  } finally {
    await client.close()
  }
}

/** What is in a partition from an offset on, as text. */
async function valuesIn(client: KafkaClient, topic: string, partition = 0, offset = 0n): Promise<string[]> {
  const values: string[] = []
  for (let next = offset; ;) {
    const [answer] = await client.sendFetchRequest([{ topic, partition, offset: next }], { maxWaitMs: 50 })
    values.push(...answer!.messages.map(({ value }) => String(value)))
    if (answer!.nextOffset >= answer!.highWatermark) return values
    next = answer!.nextOffset
  }
}

contract(
  'metadata tells brokers, partitions and leaders',
  { core: true },
  async ({ bootstrap, brokers, uniqueTopic }) => {
    const topic = await uniqueTopic(3)
    await withClient(bootstrap, async client => {
      const cluster = await client.loadMetadataForTopics(topic)
      assert.equal([...cluster.brokers.keys()].sort(), brokers.map(({ id }) => id).sort())
      assert.equal([...cluster.topics.get(topic)!.partitions.keys()].sort(), [0, 1, 2])
      for (const { leader } of cluster.topics.get(topic)!.partitions.values())
        assert.ok(cluster.brokers.has(leader))
    })
  },
)

contract('metadata of all topics names every topic', { core: true }, async ({ bootstrap, uniqueTopic }) => {
  const topic = await uniqueTopic()
  await withClient(bootstrap, async client => {
    const cluster = await client.loadMetadataForTopics()
    assert.ok(cluster.topics.has(topic))
  })
})

contract(
  'what is produced is fetched, with keys, nulls and order',
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const messages = [
        createMessage('a', 'key'),
        createMessage(null, 'tombstone'),
        createMessage('', null),
        'bare',
      ]
      const [written] = await client.sendProduceRequest([{ topic, partition: 0, messages }])
      assert.is(written!.offset, 0n)
      const [read] = await client.sendFetchRequest([{ topic, partition: 0, offset: 0 }])
      const seen = read!.messages.map(({ offset, key, value }) => [
        offset,
        key && String(key),
        value && String(value),
      ])
      assert.equal(seen, [
        [0n, 'key', 'a'],
        [1n, 'tombstone', null],
        [2n, null, ''],
        [3n, null, 'bare'],
      ])
      assert.is(read!.nextOffset, 4n)
      assert.is(read!.highWatermark, 4n)
    })
  },
)

contract(
  'headers and timestamps travel with their message',
  { needs: [{ api: 'Produce', version: 3 }] },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const headers = [
        ['trace', '7'],
        ['trace', Buffer.of(0, 255)],
        ['none', null],
      ] as const
      const message = createMessage('a', null, { headers, timestamp: new Date(1234567) })
      await client.sendProduceRequest([{ topic, partition: 0, messages: [message] }])
      const [read] = await client.sendFetchRequest([{ topic, partition: 0, offset: 0 }])
      const [seen] = read!.messages
      assert.is(seen!.timestamp, 1234567n)
      assert.equal(
        seen!.headers.map(([name, value]) => [name, value && Buffer.from(value)]),
        [
          ['trace', Buffer.from('7')],
          ['trace', Buffer.of(0, 255)],
          ['none', null],
        ],
      )
    })
  },
)

for (const compression of ['gzip', 'snappy', 'lz4'] as const) {
  contract(`${compression} is written and read`, { core: true }, ({ bootstrap, uniqueTopic }) =>
    compressed(bootstrap, uniqueTopic(), compression),
  )
}

contract(
  'zstd is written and read',
  { needs: [{ api: 'Produce', version: 7 }] },
  ({ bootstrap, uniqueTopic }) => compressed(bootstrap, uniqueTopic(), 'zstd'),
)

async function compressed(
  bootstrap: string,
  topicName: Promise<string>,
  compression: 'gzip' | 'snappy' | 'lz4' | 'zstd',
) {
  const topic = await topicName
  const values = Array.from({ length: 200 }, (_, i) => `value ${i} `.repeat(20))
  await withClient(bootstrap, async client => {
    const messages = createMessageSet(values, { compression })
    const [written] = await client.sendProduceRequest([{ topic, partition: 0, messages }])
    assert.is(written!.offset, 0n)
    assert.equal(await valuesIn(client, topic), values)
    // A fetch from the middle of a compressed batch begins there.
    assert.equal(await valuesIn(client, topic, 0, 150n), values.slice(150))
  })
}

contract(
  'payloads for several partitions are answered in their order, those for one partition written in their order',
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic(3)
    await withClient(bootstrap, async client => {
      const written = await client.sendProduceRequest([
        { topic, partition: 2, messages: ['a'] },
        { topic, partition: 0, messages: ['b', 'c'] },
        { topic, partition: 2, messages: ['d'] },
      ])
      assert.equal(
        written.map(({ partition, offset }) => [partition, offset]),
        [
          [2, 0n],
          [0, 0n],
          [2, 1n],
        ],
      )
      assert.equal(await valuesIn(client, topic, 2), ['a', 'd'])
      assert.equal(await valuesIn(client, topic, 0), ['b', 'c'])
    })
  },
)

contract(
  'with acks none the call ends when the request has left',
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const [sent] = await client.sendProduceRequest([{ topic, partition: 0, messages: ['a'] }], {
        acks: 'none',
      })
      assert.is(sent!.offset, -1n)
      await client.sendProduceRequest([{ topic, partition: 0, messages: ['b'] }], { acks: 'all' })
      assert.equal(await valuesIn(client, topic), ['a', 'b'])
    })
  },
)

contract(
  'offsets are found by end, beginning and time',
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      await client.sendProduceRequest([{ topic, partition: 0, messages: ['a', 'b', 'c'] }])
      const [latest, earliest] = await client.sendOffsetRequest([
        { topic, partition: 0 },
        { topic, partition: 0, time: OFFSET_EARLIEST },
      ])
      assert.is(latest!.offset, 3n)
      assert.is(earliest!.offset, 0n)
      const [again] = await client.sendListOffsetsRequest([{ topic, partition: 0, time: OFFSET_LATEST }])
      assert.is(again!.offset, 3n)
    })
  },
)

contract(
  'the first message at a time or later is found',
  {
    needs: [
      { api: 'ListOffsets', version: 1 },
      { api: 'Produce', version: 3 },
    ],
  },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const messages = [1000, 2000, 3000].map(timestamp => createMessage('a', null, { timestamp }))
      await client.sendProduceRequest([{ topic, partition: 0, messages }])
      const [found] = await client.sendOffsetRequest([{ topic, partition: 0, time: new Date(1500) }])
      assert.is(found!.offset, 1n)
      assert.is(found!.timestamp, 2000n)
      const [none] = await client.sendOffsetRequest([{ topic, partition: 0, time: 9000 }])
      assert.is(none!.offset, -1n)
    })
  },
)

contract(
  'what a group commits it finds again',
  { core: true },
  async ({ bootstrap, uniqueTopic, uniqueName }) => {
    const topic = await uniqueTopic(2)
    const group = uniqueName('group')
    await withClient(bootstrap, async client => {
      const payloads = [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ]
      const before = await client.sendOffsetFetchRequest(group, payloads)
      assert.equal(
        before.map(({ offset }) => offset),
        [-1n, -1n],
      )
      await client.sendOffsetCommitRequest(group, [{ topic, partition: 1, offset: 42n, metadata: 'so far' }])
      const after = await client.sendOffsetFetchRequest(group, payloads)
      assert.equal(
        after.map(({ offset, metadata }) => [offset, metadata]),
        [
          [-1n, ''],
          [42n, 'so far'],
        ],
      )
    })
  },
)

contract(
  'the coordinator of a group is one of the brokers',
  { core: true },
  async ({ bootstrap, brokers, uniqueName }) => {
    await withClient(bootstrap, async client => {
      const id = await client.loadCoordinatorForGroup(uniqueName('group'))
      assert.ok(brokers.some(broker => broker.id === id))
    })
  },
)

contract(
  'a partition that does not exist fails its payload and keeps what worked',
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const payloads = [
        { topic, partition: 0, messages: ['a'] },
        { topic, partition: 99, messages: ['b'] },
      ]
      // What a broker does not know is asked for again until the time is over.
      const timeoutMs = 2000
      const places = payloads.map(({ partition }) => ({ topic, partition, offset: 0 }))
      const [failure, asData] = await Promise.all([
        client.sendProduceRequest(payloads, { timeoutMs }).catch((error: unknown) => error),
        client.sendFetchRequest(places, { timeoutMs, failOnError: false }),
      ])
      assert.instance(failure, FailedPayloadsError)
      const { responses, failedPayloads } = failure as FailedPayloadsError
      assert.is(responses.length, 1)
      assert.is(failedPayloads[0]?.payload, payloads[1])
      assert.is((failedPayloads[0]?.error as BrokerError).reason, 'UNKNOWN_TOPIC_OR_PARTITION')
      assert.equal(
        asData.map(({ error }: FetchResponse) => error === null),
        [true, false],
      )
    })
  },
)

contract(
  "an offset outside the log is that payload's error",
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const [answer] = await client.sendFetchRequest([{ topic, partition: 0, offset: 5 }], {
        failOnError: false,
      })
      assert.is((answer!.error as BrokerError).reason, 'OFFSET_OUT_OF_RANGE')
    })
  },
)

contract(
  "a batch over the broker's limit is refused by name",
  { core: true },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const messages = ['x'.repeat(1_500_000)]
      const [answer] = await client.sendProduceRequest([{ topic, partition: 0, messages }], {
        failOnError: false,
      })
      assert.is((answer!.error as BrokerError).reason, 'MESSAGE_TOO_LARGE')
    })
  },
)

contract(
  'any API can be asked, routed to whom it concerns',
  { needs: [{ api: 'DescribeConfigs', version: 1 }] },
  async ({ bootstrap, uniqueTopic, uniqueName }) => {
    const topic = await uniqueTopic()
    await withClient(bootstrap, async client => {
      const { results } = await client.request(Apis.DescribeConfigs, {
        resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }],
      })
      assert.is(results[0]?.configs[0]?.name, 'retention.ms')
      const groups = await client.request(Apis.DescribeGroups, { groups: [uniqueName('group')] })
      assert.is(groups.groups.length, 1)
      const created = uniqueName('made-by-request')
      const answer = await client.request(Apis.CreateTopics, {
        topics: [{ name: created, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
        timeoutMs: 5000,
      })
      assert.is(answer.topics[0]?.errorCode, 0)
      await client.request(Apis.DeleteTopics, { topicNames: [created], timeoutMs: 5000 })
    })
  },
)

contract(
  'a request for several leaders is divided and its answers joined',
  { needs: [{ api: 'ListOffsets', version: 1 }] },
  async ({ bootstrap, uniqueTopic }) => {
    const topic = await uniqueTopic(6)
    await withClient(bootstrap, async client => {
      const partitions = [0, 1, 2, 3, 4, 5].map(partitionIndex => ({ partitionIndex, timestamp: -1 }))
      const { topics } = await client.request(Apis.ListOffsets, {
        replicaId: -1,
        topics: [{ name: topic, partitions }],
      })
      const seen = topics.flatMap(told => told.partitions.map(({ partitionIndex }) => partitionIndex)).sort()
      assert.equal(seen, [0, 1, 2, 3, 4, 5])
    })
  },
)

runContract()
