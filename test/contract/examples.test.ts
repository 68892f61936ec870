import * as assert from 'uvu/assert'
import { KafkaClient } from '../../src'
import { contract, runContract, type ContractContext } from '../support/contract'
import { runExample, startExample } from '../support/run-example'

const output = (example: string, { bootstrap }: ContractContext, topic: string) =>
  runExample(`${example}.js`, { env: { KAFKA_BROKERS: bootstrap, TOPIC: topic } })

const needs = [{ api: 'DescribeConfigs', version: 1 }] as const

contract('example low-level: writes, reads, commits and asks', { needs }, async ctx => {
  const said = await output('low-level', ctx, await ctx.uniqueTopic(2))
  assert.match(said, /written at offset 0/)
  assert.match(said, /^0: key hello$/m)
  assert.match(said, /^1: null world$/m)
  assert.match(said, /group example goes on at 2/)
  assert.match(said, /as expected: .*UNKNOWN_TOPIC_OR_PARTITION/)
})

/** What a sample of the producers' guide prints. */
async function producing(name: string, ctx: ContractContext): Promise<string> {
  const env = { KAFKA_BROKERS: ctx.bootstrap, TOPIC: await ctx.uniqueTopic(3) }
  return runExample(`producing/${name}.mjs`, { env })
}

contract('example producing: messages one by one', { needs }, async ctx => {
  const said = await producing('sending', ctx)
  assert.match(said, /three in one batch, from \d/)
  assert.is(said.match(/^written at/gm)?.length, 2)
})

contract('example producing: whole sources', { needs }, async ctx => {
  const said = await producing('many', ctx)
  assert.match(said, /^100000 written$/m)
  assert.match(said, /^500 more$/m)
  assert.is(said.match(/^row \d is in/gm)?.length, 5)
  assert.match(said, /^row 4 failed: .*maxBatchBytes/m)
  assert.is(said.match(/^a beat in/gm)?.length, 100)
})

contract('example producing: a schema is asked for once', { needs }, async ctx => {
  assert.is((await producing('values', ctx)).match(/asked for/g)?.length, 1)
})

contract('example producing: messages are taken back', { needs }, async ctx => {
  assert.is(await producing('taking-back', ctx), 'taken back: true\ntrue\nnot sent\n')
})

contract('example producing: what is counted', { needs }, async ctx => {
  assert.match(await producing('watching', ctx), /messages: 2,\s+batches: 1,/)
})

contract(
  'example producing: a web service answers for what is written, and ends when told',
  { needs },
  async ctx => {
    const env = { KAFKA_BROKERS: ctx.bootstrap, TOPIC: await ctx.uniqueTopic(3) }
    const service = startExample('producing/web-service.mjs', { env })
    const url = `http://127.0.0.1:${(await service.says(/listening on (\d+)/))[1]}/ada`
    const post = (body: string) => fetch(url, { method: 'POST', body })
    assert.match(await (await post('created')).text(), /"partition":\d,"offset":"0"/)
    assert.is((await post('x'.repeat(2_000_000))).status, 413)
    assert.match(await service.endedBy('SIGTERM'), /closed\n$/)
  },
)

const groups = [{ api: 'SyncGroup', version: 0 }] as const

contract('example consuming: the samples of its guide', { needs: groups }, async ctx => {
  const env = {
    KAFKA_BROKERS: ctx.bootstrap,
    TOPIC: await ctx.uniqueTopic(3),
    DEAD_LETTERS: await ctx.uniqueTopic(1),
    GROUP: ctx.uniqueName('group'),
  }
  const said = await runExample('consuming/faces.mjs', { env })
  for (const face of ['process', 'processEach', 'for await', 'start', 'partitions$'])
    assert.ok(said.includes(`${face}: 100 saved`), said)
  assert.ok(said.includes('dead letters aside: 90 saved'), said)
  assert.match(said, /^a look at \d+ orders of partition \d$/m)
  assert.is((await valuesIn(ctx, env.DEAD_LETTERS, [0])).length, 10)
})

contract('examples produce and consume: what one writes the other reads and commits', {}, async ctx => {
  const topic = await ctx.uniqueTopic(3)
  const produced = await output('produce', ctx, topic)
  assert.match(produced, /two messages in partition \d from offset 0/)
  assert.match(produced, /one with a header at offset \d/)
  assert.match(produced, /1000 more/)
  assert.match(await output('consume', ctx, topic), /all 1003 messages read and committed/)
})

const transactions = [
  { api: 'InitProducerId', version: 4 },
  { api: 'TxnOffsetCommit', version: 3 },
] as const

contract('example producing: a whole source in a transaction', { needs: transactions }, async ctx => {
  const env = { KAFKA_BROKERS: ctx.bootstrap, TOPIC: await ctx.uniqueTopic(3), ID: ctx.uniqueName('id') }
  const said = await runExample('producing/in-a-transaction.mjs', { env })
  assert.match(said, /^50000 prices/)
  assert.match(said, /committed by hand/)
})

contract(
  'example exactly-once: copies what is new since it ran last, and nothing twice',
  { needs: transactions },
  async ctx => {
    const [source, copies] = [await ctx.uniqueTopic(3), await ctx.uniqueTopic(3)]
    const copy = () =>
      runExample('exactly-once.js', {
        env: { KAFKA_BROKERS: ctx.bootstrap, SOURCE: source, TARGET: copies, BATCH: '100' },
      })
    await output('produce', ctx, source)
    assert.match(await copy(), /^1003 messages copied/)
    assert.equal(await valuesIn(ctx, copies), await valuesIn(ctx, source))
    await output('produce', ctx, source)
    assert.match(await copy(), /^1003 messages copied/)
    assert.match(await copy(), /^0 messages copied/)
    assert.equal(await valuesIn(ctx, copies), await valuesIn(ctx, source))
  },
)

/** What lies in these partitions, one after the other. */
async function valuesIn(
  { bootstrap }: ContractContext,
  topic: string,
  partitions = [0, 1, 2],
): Promise<string[]> {
  const client = new KafkaClient(bootstrap)
  const values: string[] = []
  for (const partition of partitions)
    for (let offset = 0n; ;) {
      const [answer] = await client.sendFetchRequest([{ topic, partition, offset }], { maxWaitMs: 50 })
      values.push(...answer!.messages.map(({ value }) => String(value)))
      if (answer!.nextOffset >= answer!.highWatermark) break
      offset = answer!.nextOffset
    }
  await client.close()
  return values
}

const tour = ({ bootstrap }: ContractContext, ...args: string[]) =>
  runExample('tour.js', { args: ['--bootstrap', bootstrap, ...args] })

const admin = [
  { api: 'CreateTopics', version: 4 },
  { api: 'DeleteTopics', version: 1 },
] as const

contract('example tour: nothing is lost on a cluster that is given', { needs: admin }, async ctx => {
  const said = await tour(ctx, '--messages', '5000')
  assert.match(said, /all +5000 +5000 +5000 +0 +0 +0$/m)
  assert.match(said, /Nothing is lost, nothing is doubled, and every partition is in order/)
})

const leaders = [
  { api: 'ElectLeaders', version: 2 },
  { api: 'AlterPartitionReassignments', version: 0 },
] as const

contract(
  'example tour: moves a leader, or says why it cannot',
  { needs: [...admin, ...leaders] },
  async ctx => {
    const said = await tour(ctx, '--messages', '500', '--rate', '250')
    const isAlone = ctx.brokers.length === 1
    assert.match(said, isAlone ? /no leader can move/ : /partition 2 moves from broker \d to broker \d/)
    if (!isAlone) assert.match(said, /the client found it: broker \d leads partition 2/)
  },
)

runContract()
