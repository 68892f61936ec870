import * as assert from 'uvu/assert'
import { KafkaClient } from '../../src'
import { Apis } from '../../src/protocol'
import { runHere, startHere } from '../cli/run-here'
import { contract, runContract, type ContractContext, type Need } from '../support/contract'

/** A command on the cluster of the case, which must go well. */
async function good(ctx: ContractContext, command: readonly string[], input: string | Buffer = '') {
  const { exitCode, stdout, stderr } = await runHere([...command, '-b', ctx.bootstrap], { input })
  // A broker that is too old to say what it speaks is silent for a second first, which is told.
  const said = stderr.replace(/^rx-kafka: no answer from \S+ yet\nrx-kafka: \S+ answers\n/, '')
  const expected = command[0] === 'produce' ? /^rx-kafka: \d+ messages? written to [^\n]+ s\n$/ : /^$/
  assert.ok(expected.test(said), stderr)
  assert.is(exitCode, 0)
  return stdout
}

/** A command on the cluster of the case, which must fail; its one line on standard error. */
async function bad(ctx: ContractContext, command: readonly string[], input: string | Buffer = '') {
  const { exitCode, stderr } = await runHere([...command, '-b', ctx.bootstrap], { input })
  assert.is(exitCode, 1)
  assert.match(stderr, /^rx-kafka: [^\n]+\n$/)
  return stderr
}

const lines = (text: string) => text.split('\n').slice(0, -1)
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`)

contract('rx-kafka: lines are written and printed again, in order', { core: true }, async ctx => {
  const topic = await ctx.uniqueTopic()
  assert.is(await good(ctx, ['produce', topic], numbered(2000).join('\n')), '')
  assert.equal(lines(await good(ctx, ['consume', topic, '-e'])), numbered(2000))
})

contract('rx-kafka: keys are cut off the lines, and printed by a format', { core: true }, async ctx => {
  const topic = await ctx.uniqueTopic(3)
  await good(ctx, ['produce', topic, '-k', ':'], 'a:1\nb:2\na:3:4\nno key\nb:\n')
  const printed = lines(await good(ctx, ['consume', topic, '-e', '-f', '%t|%p|%o|%k|%K|%s|%S\\n']))
  const [first] = printed.filter(line => line.includes('|a|'))
  assert.equal(
    printed.filter(line => line.split('|')[1] === first!.split('|')[1] && line.includes('|a|')).length,
    2,
  )
  assert.equal(printed.map(line => line.replace(/^([^|]*)\|\d\|\d\|/, '$1|')).sort(), [
    `${topic}|a|1|1|1`,
    `${topic}|a|1|3:4|3`,
    `${topic}|b|1|2|1`,
    `${topic}|b|1||0`,
    `${topic}||-1|no key|6`,
  ])
})

const withHeaders: readonly Need[] = [{ api: 'Produce', version: 3 }]

contract('rx-kafka: a message as JSON has all that it is made of', { needs: withHeaders }, async ctx => {
  const topic = await ctx.uniqueTopic(2)
  const options = ['-p', '1', '-k', '\\t', '-z', 'gzip', '-H', 'trace=7', '-H', 'empty', '-Z']
  const before = Date.now()
  await good(ctx, ['produce', topic, ...options], Buffer.from('k\tv\u00e4\nk\t\n\t\xff', 'latin1'))
  const printed = lines(await good(ctx, ['consume', topic, '-e', '--json']))
  const messages = printed.map(line => JSON.parse(line) as { timestamp: number })
  const headers = [
    ['trace', '7'],
    ['empty', null],
  ]
  assert.equal(
    messages.map(({ timestamp, ...rest }) => ({ ...rest, isNew: timestamp >= before - 60_000 })),
    [
      ['0', 'k', { base64: 'duQ=' }],
      ['1', 'k', null],
      ['2', null, { base64: '/w==' }],
    ].map(([offset, key, value]) => ({ topic, partition: 1, offset, key, value, headers, isNew: true })),
  )
})

contract('rx-kafka: consume begins where it is told, and ends after so many', { core: true }, async ctx => {
  const topic = await ctx.uniqueTopic()
  await good(ctx, ['produce', topic], numbered(10).join('\n'))
  const consume = async (...options: string[]) => lines(await good(ctx, ['consume', topic, ...options]))
  assert.equal(await consume('-o', '7', '-e'), numbered(10).slice(7))
  assert.equal(await consume('-o', '-2', '-e'), numbered(10).slice(8))
  assert.equal(await consume('-o', '-200', '-c', '3'), numbered(3))
  assert.equal(await consume('-o', 'beginning', '-c', '1', '-D', '|\\n'), ['line 0|'])
  assert.equal(await consume('-o', 'end', '-e'), [])
  assert.equal(await consume('-o', '99', '-e'), [])
})

contract('rx-kafka: consume begins at a time', { needs: [{ api: 'ListOffsets', version: 1 }] }, async ctx => {
  const topic = await ctx.uniqueTopic()
  const client = new KafkaClient(ctx.bootstrap)
  const messages = [1000, 2000, 3000].map(timestamp => ({ value: `at ${timestamp}`, timestamp }))
  await client.sendProduceRequest([{ topic, partition: 0, messages }])
  await client.close()
  assert.is(await good(ctx, ['consume', topic, '-o', 's@1500', '-e']), 'at 2000\nat 3000\n')
  assert.is(await good(ctx, ['consume', topic, '-o', 's@9999', '-e']), '')
})

contract('rx-kafka: the last messages of every partition', {}, async ctx => {
  const topic = await ctx.uniqueTopic(3)
  for (const partition of ['0', '1'])
    await good(ctx, ['produce', topic, '-p', partition], numbered(3 + Number(partition)).join('\n'))
  const printed = lines(await good(ctx, ['consume', topic, '-o', '-1', '-e', '-f', '%p: %s\\n']))
  assert.equal(printed.sort(), ['0: line 2', '1: line 3'])
  assert.is(await good(ctx, ['consume', topic, '-p', '1', '-p', '2', '-c', '1']), 'line 0\n')
})

contract('rx-kafka: consume prints what comes, until it is interrupted', {}, async ctx => {
  const topic = await ctx.uniqueTopic()
  await good(ctx, ['produce', topic], 'before')
  const consumer = startHere(['consume', topic, '-o', 'end', '-b', ctx.bootstrap])
  const producer = startHere(['produce', topic, '-b', ctx.bootstrap])
  for (let i = 0; consumer.stdout() === ''; i++) {
    producer.stdin.write(`after ${i}\n`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  producer.interrupt()
  const produced = await producer.ended
  assert.equal([produced.exitCode, produced.stdout], [0, ''])
  assert.match(produced.stderr, /^rx-kafka: \d+ messages? written to /)
  consumer.interrupt()
  const { exitCode, stdout, stderr } = await consumer.ended
  assert.match(stdout, /^after /)
  assert.equal([exitCode, stderr], [0, ''])
})

contract(
  'rx-kafka: consume -e ends though a partition ends in marks of transactions',
  { needs: [{ api: 'AddPartitionsToTxn', version: 0 }] },
  async ctx => {
    const topic = await ctx.uniqueTopic()
    await good(ctx, ['produce', topic], 'a\nb')
    await markTransactions(ctx, topic)
    assert.is(await good(ctx, ['consume', topic, '-e']), 'a\nb\n')
    assert.is(await good(ctx, ['consume', topic, '-o', '3', '-e']), '')
  },
)

/** Empty transactions: each leaves its mark in the log. */
async function markTransactions(ctx: ContractContext, topic: string): Promise<void> {
  const client = new KafkaClient(ctx.bootstrap)
  for (const transactionalId of [ctx.uniqueName('one'), ctx.uniqueName('other'), ctx.uniqueName('third')]) {
    const wish = { transactionalId, transactionTimeoutMs: 10_000 }
    const { producerId, producerEpoch, errorCode: refusal } = await client.request(Apis.InitProducerId, wish)
    const { resultsByTopicV3AndBelow: added } = await client.request(Apis.AddPartitionsToTxn, {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [0] }],
    })
    const end = { transactionalId, producerId, producerEpoch, committed: true }
    const { errorCode } = await client.request(Apis.EndTxn, end)
    assert.equal([refusal, added[0]!.resultsByPartition[0]!.partitionErrorCode, errorCode], [0, 0, 0])
  }
  // The marks follow the answer.
  for (let end = 0n; end < 5n;) {
    const [answer] = await client.sendOffsetRequest([{ topic, partition: 0 }])
    end = answer!.offset
  }
  await client.close()
}

const topicsApis: readonly Need[] = [
  { api: 'CreateTopics', version: 4 },
  { api: 'DeleteTopics', version: 1 },
  { api: 'DescribeConfigs', version: 1 },
]

contract('rx-kafka: topics are created, listed, described and deleted', { needs: topicsApis }, async ctx => {
  const [one, two] = [ctx.uniqueName('topic-a'), ctx.uniqueName('topic-b')]
  const created = await good(ctx, ['topics', 'create', `${one}:3`, two, '--config', 'retention.ms=86400000'])
  const [first, second] = lines(created)
  assert.match(first!, new RegExp(`^created ${one}(: 3 partitions, replication factor \\d)?$`))
  assert.match(second!, new RegExp(`^created ${two}`))
  const listed = lines(await good(ctx, ['topics', 'list']))
  assert.equal(
    listed.filter(name => name === one || name === two),
    [one, two],
  )
  const described = lines(await good(ctx, ['topics', 'describe', one]))
  assert.equal(described.slice(0, 2), [one, '  retention.ms=86400000'])
  assert.match(described[2]!, /^ {2}partition {2}leader {2}replicas {2}in sync$/)
  assert.is(described.length, 6)
  const [json] = lines(await good(ctx, ['topics', 'describe', one, '--json']))
  const { name, internal, configs, partitions } = JSON.parse(json!) as Record<string, unknown>
  assert.equal([name, internal, configs], [one, false, { 'retention.ms': '86400000' }])
  assert.is((partitions as unknown[]).length, 3)
  assert.is(await good(ctx, ['topics', 'delete', one, two]), `deleted ${one}\ndeleted ${two}\n`)
  assert.not(lines(await good(ctx, ['topics', 'list'])).includes(one))
})

contract(
  'rx-kafka: what failed of several topics is told, and the rest is done',
  { needs: topicsApis },
  async ctx => {
    const there = await ctx.uniqueTopic()
    const made = ctx.uniqueName('topic')
    const { exitCode, stdout, stderr } = await runHere([
      'topics',
      'create',
      there,
      `${made}:1`,
      '--replication-factor',
      '1',
      '-b',
      ctx.bootstrap,
      '--json',
    ])
    assert.is(exitCode, 1)
    assert.is((JSON.parse(stdout) as { name: string }).name, made)
    assert.match(stderr, `rx-kafka: 1 of 2 topics failed; first: topic ${there}: TOPIC_ALREADY_EXISTS (36)`)
    assert.match(await bad(ctx, ['topics', 'delete', `no-${made}`]), 'UNKNOWN_TOPIC_OR_PARTITION')
    await good(ctx, ['topics', 'delete', made])
  },
)

/** The version in which a client may say that asking for a topic shall not create it. */
const withoutCreation: readonly Need[] = [{ api: 'Metadata', version: 4 }]

contract(
  'rx-kafka: a topic that does not exist is told, and not created',
  { needs: withoutCreation },
  async ctx => {
    const topic = ctx.uniqueName('topic')
    const expected = `rx-kafka: topic ${topic} does not exist; rx-kafka topics create ${topic} makes it\n`
    assert.is(await bad(ctx, ['produce', topic], 'a'), expected)
    assert.is(await bad(ctx, ['consume', topic, '-e']), expected)
    assert.is(await bad(ctx, ['topics', 'describe', topic]), expected)
    assert.not.match(await good(ctx, ['topics', 'list']), topic)
  },
)

contract('rx-kafka: a partition that the topic lacks is told', {}, async ctx => {
  const topic = await ctx.uniqueTopic(2)
  const expected = `rx-kafka: topic ${topic} has no partition 2; it has 2, numbered from 0\n`
  assert.is(await bad(ctx, ['produce', topic, '-p', '2'], 'a'), expected)
  assert.is(await bad(ctx, ['consume', topic, '-p', '2']), expected)
})

contract('rx-kafka: produce tells how many messages failed and why, and sends the others', {}, async ctx => {
  const topic = await ctx.uniqueTopic()
  const input = `a\n${'x'.repeat(1_200_000)}\nb\n`
  assert.match(
    await bad(ctx, ['produce', topic], input),
    `rx-kafka: 1 of 3 messages to ${topic} failed, 2 were written; first: `,
  )
  assert.is(await good(ctx, ['consume', topic, '-e']), 'a\nb\n')
})

contract('rx-kafka: produce tells in the end how many messages were written', {}, async ctx => {
  const topic = await ctx.uniqueTopic()
  for (const [input, acks, told] of [
    ['a\nb\n', 'all', '2 messages written'],
    ['a\n', 'leader', '1 message written'],
    ['a\n', 'none', '1 message sent'],
  ] as const) {
    const command = ['produce', topic, '--acks', acks, '-b', ctx.bootstrap]
    const { stdout, stderr } = await runHere(command, { input })
    assert.is(stdout, '')
    assert.match(stderr, new RegExp(`^rx-kafka: ${told} to ${topic} in \\d+\\.\\d s\\n$`))
  }
})

contract('rx-kafka: the cluster of KAFKA_BROKERS is found without --bootstrap', {}, async ctx => {
  const topic = await ctx.uniqueTopic()
  const { stdout } = await runHere(['topics', 'list'], { env: { KAFKA_BROKERS: ctx.bootstrap } })
  assert.ok(lines(stdout).includes(topic))
})

runContract()
