import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedKafka } from '../../src/broker'
import { Apis, encodeMessageSet } from '../../src/protocol'
import { batchOf, RawConnection } from '../support/wire'
import { BrokerRig } from './broker-rig'

const old = suite('the 2.8 profile')
let kafka: EmbeddedKafka
let connection: RawConnection

old.before.each(async () => {
  kafka = await EmbeddedKafka.start({ versions: '2.8', topics: { orders: {} } })
  connection = new RawConnection(kafka.brokers[0]!)
})
old.after.each(async () => {
  connection.close()
  await kafka.close()
})

/** What a real 2.8.2 answered to ApiVersions. */
const recorded = readFileSync(join(__dirname, '../../../test/golden/frames.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as { broker: string; apiName: string; responseJson: Answer })
  .find(
    ({ broker, apiName, responseJson }) =>
      broker === '2.8.2' && apiName === 'ApiVersions' && responseJson.errorCode === 0,
  )!

interface Answer {
  readonly errorCode: number
  readonly apiKeys: readonly { apiKey: number; minVersion: number; maxVersion: number }[]
}

old('names the versions of 2.8.2, of the APIs that are served', async () => {
  const { apiKeys } = await connection.request(Apis.ApiVersions, 0, {})
  const served = new Set(apiKeys.map(({ apiKey }) => apiKey))
  assert.equal(
    apiKeys,
    recorded.responseJson.apiKeys.filter(({ apiKey }) => served.has(apiKey)),
  )
  assert.ok(served.size > 20)
})

old(
  'answers a newer ApiVersions in version 0 with an error, and closes on any other newer version',
  async () => {
    const head = Buffer.from([0, 18, 0, 4, 0, 0, 0, 9, 255, 255])
    connection.send(Buffer.concat([Buffer.from([0, 0, 0, head.length]), head]))
    const frame = await connection.nextFrame()
    assert.equal([frame.readInt32BE(0), frame.readInt16BE(4)], [9, 35])
    const newer = Buffer.from([0, 0, 0, 10, 0, 9, 0, 0, 0, 9, 255, 255, 0, 0])
    connection.send(Buffer.concat([Buffer.from([0, 0, 0, newer.length]), newer]))
    await connection.closed()
  },
)

for (const magic of [0, 1] as const)
  old(`takes and gives message sets of format ${magic}, and keeps them in format 2`, async () => {
    const records = encodeMessageSet(
      [
        { key: 'k', value: 'a', timestamp: 5 },
        { value: 'b', timestamp: 6 },
      ],
      { magic, timestamp: 0 },
    )
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }]
    const produced = await connection.request(Apis.Produce, magic === 0 ? 1 : 2, {
      acks: -1,
      timeoutMs: 1000,
      topicData,
    })
    assert.is(produced.responses[0]!.partitionResponses[0]!.errorCode, 0)
    const { batches, messages } = kafka.partition('orders')
    assert.equal(
      batches.map(batch => batch.magic),
      [2],
    )
    assert.equal(
      messages.map(({ offset, key, value }) => [offset, key?.toString(), String(value)]),
      [
        [0n, 'k', 'a'],
        [1n, undefined, 'b'],
      ],
    )
    const asked = [
      { topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 10_000 }] },
    ]
    const version = magic === 0 ? 1 : 3
    const fetched = await connection.request(Apis.Fetch, version, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: asked,
    })
    const given = fetched.responses[0]!.partitions[0]!.records!
    // The format is at the same place in all of them.
    assert.is(given[16], magic)
  })

old('takes a record of any time', async () => {
  const records = encodeMessageSet([{ value: 'late', timestamp: Date.now() + 864e5 }], {
    magic: 1,
    timestamp: 0,
  })
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }]
  const { responses } = await connection.request(Apis.Produce, 2, { acks: -1, timeoutMs: 1000, topicData })
  assert.is(responses[0]!.partitionResponses[0]!.errorCode, 0)
})

old('says LEADER_NOT_AVAILABLE while a topic that was asked for is made', async () => {
  const answer = await connection.request(Apis.Metadata, 4, { topics: [{ name: 'new' }] })
  assert.is(answer.topics[0]!.errorCode, 5)
})

old(
  'has no eligible leader replicas: what is written is read at once, and the last one stays in sync',
  async () => {
    const topics = { pair: { replicationFactor: 2, config: { 'min.insync.replicas': 2 } } }
    const rig = await BrokerRig.start({ versions: '2.8', brokers: 3, topics })
    const pair = rig.kafka.partition('pair')
    const [first, second] = pair.replicas
    await rig.done(rig.kafka.broker(second!).stop())
    pair.append([{ value: 'a' }])
    assert.is(pair.highWatermark, 1n)
    await rig.done(rig.kafka.broker(first!).stop())
    assert.equal([pair.leader, pair.isr], [-1, [first]])
    await rig.done(rig.kafka.broker(second!).start())
    assert.equal([pair.leader, pair.isr], [-1, [first]])
    await rig.done(rig.kafka.broker(first!).start())
    assert.equal([pair.leader, [...pair.isr].sort()], [first, [first, second].sort()])
    await rig.close()
  },
)

old('needs as many in sync as min.insync.replicas says, also of a topic with fewer replicas', async () => {
  await kafka.createTopic('lone', { config: { 'min.insync.replicas': 2 } })
  const records = batchOf(['a'])
  const partitionData = [{ index: 0, records }]
  for (const [acks, code] of [
    [-1, 19],
    [1, 0],
  ] as const) {
    const body = {
      transactionalId: null,
      acks,
      timeoutMs: 1000,
      topicData: [{ name: 'lone', partitionData }],
    }
    const { responses } = await connection.request(Apis.Produce, 9, body)
    assert.is(responses[0]!.partitionResponses[0]!.errorCode, code)
  }
})

old.run()
