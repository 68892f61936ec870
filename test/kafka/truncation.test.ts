import * as assert from 'uvu/assert'
import { Consumer, KafkaClient, OFFSET_EARLIEST, type ConsumerEvent, type ConsumerOptions } from '../../src'
import { Apis } from '../../src/protocol'
import { contractAlone, runContract, type AloneContext } from '../support/contract'
import { eventually, needsAll, talking } from '../support/talk'
import { ledBy } from '../support/talk/move-leader'

/** Lets what goes on go on. */
const moment = () => new Promise<void>(resolve => setTimeout(resolve, 20))
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `message ${from + i}`)

interface Seen {
  readonly values: string[]
  readonly events: ConsumerEvent[]
  error: unknown
}

function read(client: KafkaClient, topic: string, options: ConsumerOptions): Seen {
  const seen: Seen = { values: [], events: [], error: undefined }
  const consumer = new Consumer(client, topic, options)
  consumer.events$.subscribe(event => void seen.events.push(event))
  consumer.start(OFFSET_EARLIEST).subscribe({
    next: batch => void seen.values.push(...batch.messages.map(({ value }) => value!.toString())),
    error: (error: unknown) => (seen.error = error),
  })
  return seen
}

const has = (seen: Seen, count: number) => eventually(moment, () => seen.values.length >= count)

/** The log of the first leader has 15 messages, that of its follower, which was away, the first ten. */
async function fallBehind(client: KafkaClient, topic: string, ctx: AloneContext, follower: number) {
  const produce = (values: readonly string[]) =>
    client.sendProduceRequest([{ topic, partition: 0, messages: values }], { timeoutMs: 60_000 })
  await produce(numbered(10))
  await ctx.control.stop(follower)
  await produce(numbered(5, 10))
  return produce
}

contractAlone(
  'after an unclean election reading goes on where the logs part, as an event tells, or ends with an error that says where',
  {
    ...needsAll({ OffsetForLeaderEpoch: 3, Produce: 9, Fetch: 12, CreateTopics: 4 }),
    brokers: 3,
    config: { 'unclean.leader.election.enable': true },
  },
  talking(async (talk, ctx) => {
    const topic = ctx.uniqueName('topic')
    const client = new KafkaClient(ctx.bootstrap)
    const assignments = [{ partitionIndex: 0, brokerIds: [2, 3] }]
    const topics = [{ name: topic, numPartitions: -1, replicationFactor: -1, assignments, configs: [] }]
    await client.request(Apis.CreateTopics, { topics, timeoutMs: 8000 })
    await ledBy(talk, 2, topic)
    const produce = await fallBehind(client, topic, ctx, 3)
    const lenient = read(client, topic, { autoOffsetReset: 'latest' })
    const strict = read(client, topic, { autoOffsetReset: 'none' })
    await Promise.all([has(lenient, 15), has(strict, 15)])
    await ctx.control.kill(2)
    await ctx.control.start(3)
    await ledBy(talk, 3, topic, 0, [1, 3])
    await produce(['other'])
    await has(lenient, 16)
    await eventually(moment, () => strict.error !== undefined)
    assert.equal(lenient.values, [...numbered(15), 'other'])
    assert.equal(
      lenient.events.filter(({ type }) => type === 'truncated' || type === 'offset-reset'),
      [{ type: 'truncated', at: { topic, partition: 0 }, from: 15n, to: 10n }],
    )
    const { kind, divergesAt, offset } = strict.error as {
      kind?: string
      divergesAt?: bigint
      offset?: bigint
    }
    assert.equal([kind, offset, divergesAt], ['log-truncation', 15n, 10n])
    assert.is(strict.values.length, 15)
    await client.close()
  }),
)

runContract()
