import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { ClientCase } from './cases'
import { columnsOf, javaTools, type JavaTools } from './java-tools'
import { numbered } from './samples'
import { newTopic, replicationOf, type Scene } from './scene'
import { until } from './until'

/** What Kafka's own tools for administrators show and do. */
export const toolCases: readonly ClientCase[] = [
  { does: 'creates, lists, describes, grows and deletes a topic with kafka-topics', run: managesTopics },
  { does: 'is told with kafka-topics what cannot be', run: isRefused },
  { does: 'sets, shows and removes the configs of a topic with kafka-configs', run: managesConfigs },
  { does: 'shows a group at work and an empty one with kafka-consumer-groups', run: describesGroups },
  { does: 'resets, deletes and forgets offsets with kafka-consumer-groups', run: managesGroups },
  {
    does: 'finds offsets by time with kafka-get-offsets, and moves the first with kafka-delete-records',
    run: findsOffsets,
  },
  { does: 'lists what every broker serves with kafka-broker-api-versions', run: listsVersions },
]

async function managesTopics({ ctx }: Scene): Promise<void> {
  const { topics } = javaTools(ctx.bootstrap)
  const topic = ctx.uniqueName('topic')
  const replication = replicationOf(ctx)
  const counts = `--partitions 2 --replication-factor ${replication}`
  const created = await topics(`--create --topic ${topic} ${counts} --config retention.ms=5000000`)
  assert.equal(created, [`Created topic ${topic}.`])
  assert.ok((await topics('--list')).includes(topic))
  const [head = '', ...partitions] = await topics(`--describe --topic ${topic}`)
  assert.match(head, `Topic: ${topic}\t`)
  assert.match(head, new RegExp(`\\tPartitionCount: 2\\tReplicationFactor: ${replication}\\t`))
  assert.match(head, 'retention.ms=5000000')
  const ids = ctx.brokers.map(({ id }) => String(id))
  for (const [index, line] of partitions.entries()) {
    const { partition, leader, replicas, isr } = partitionIn(line)
    assert.is(partition, String(index))
    assert.is(leader, replicas[0])
    assert.equal(isr, replicas)
    assert.is(new Set(replicas.filter(id => ids.includes(id))).size, replication)
  }
  assert.is(partitions.length, 2)
  assert.equal(await topics(`--alter --topic ${topic} --partitions 5`), [])
  await until(
    async () => (await topics(`--describe --topic ${topic}`)).length === 6,
    () => 'it has not grown',
  )
  assert.equal(await topics(`--delete --topic ${topic}`), [])
  await until(
    async () => !(await topics('--list')).includes(topic),
    () => 'it is still there',
  )
}

/** `Topic: t  Partition: 0  Leader: 3  Replicas: 3,1,2  Isr: 3,1,2  Elr:  LastKnownElr:`, with tabs between. */
function partitionIn(line: string) {
  const named = new Map(
    line
      .trim()
      .split('\t')
      .map(part => part.split(': ') as [string, string]),
  )
  const list = (name: string) => (named.get(name) ?? '').split(',')
  const [partition, leader] = [named.get('Partition'), named.get('Leader')]
  return { partition, leader, replicas: list('Replicas'), isr: list('Isr') }
}

async function isRefused(there: Scene): Promise<void> {
  const { topics, configs } = javaTools(there.ctx.bootstrap)
  const topic = await newTopic(there, 4)
  const other = there.ctx.uniqueName('topic')
  await fails(topics(`--create --topic ${topic}`), `Topic '${topic}' already exists.`)
  const fewer = `The topic ${topic} currently has 4 partition(s); 3 would not be an increase.`
  await fails(topics(`--alter --topic ${topic} --partitions 3`), fewer)
  await fails(
    topics(`--create --topic ${other} --replication-factor 7`),
    /Unable to replicate the partition 7 time\(s\): The target replication factor of 7 cannot be reached/,
  )
  await fails(topics(`--create --topic ${other} --partitions 1 --config retention.ms=x`), 'Invalid value x')
  await fails(
    configs(`--entity-type topics --entity-name ${topic} --alter --add-config max.message.bytes=x`),
    'Invalid value x for configuration max.message.bytes: Not a number of type INT',
  )
}

async function managesConfigs(there: Scene): Promise<void> {
  const { configs } = javaTools(there.ctx.bootstrap)
  const topic = await newTopic(there, 1)
  const of = `--entity-type topics --entity-name ${topic}`
  const completed = [`Completed updating config for topic ${topic}.`]
  const add = '--alter --add-config cleanup.policy=[compact,delete],max.message.bytes=2000'
  assert.equal(await configs(`${of} ${add}`), completed)
  const set = [
    '  cleanup.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact,delete, DEFAULT_CONFIG:log.cleanup.policy=delete}',
    '  max.message.bytes=2000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:max.message.bytes=2000, DEFAULT_CONFIG:message.max.bytes=1048588}',
  ]
  const shows = (count: number) =>
    until(
      async () => (await configs(`${of} --describe`)).length === count + 1,
      () => `it does not show ${count} configs`,
    )
  await shows(2)
  assert.equal(await configs(`${of} --describe`), [`Dynamic configs for topic ${topic} are:`, ...set])
  assert.equal(await configs(`${of} --alter --delete-config cleanup.policy`), completed)
  await shows(1)
  const all = await configs(`${of} --describe --all`)
  const unset = '  cleanup.policy=delete sensitive=false synonyms={DEFAULT_CONFIG:log.cleanup.policy=delete}'
  for (const line of [unset, set[1]!]) assert.ok(all.includes(line), `${line}\nis not in\n${all.join('\n')}`)
}

async function describesGroups(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const { groups } = javaTools(ctx.bootstrap)
  const topic = await newTopic(there, 2)
  const group = ctx.uniqueName('group')
  await ours.produce(topic, numbered(20), 'none')
  await ours.commit(group, topic, 1n)
  const described = async (args = '') => (await groups(`--describe --group ${group} ${args}`)).map(columnsOf)
  const [, ...idle] = await described()
  assert.equal(
    idle.map(([, , partition, current, , , member]) => [partition, current, member]),
    [['0', '1', '-']],
  )
  const member = await theirs.join({ topic, group })
  await until(
    async () => (await described('--state'))[1]?.at(-2) === 'Stable',
    () => 'the group is not stable',
  )
  const [, state = []] = await described('--state')
  assert.equal(state.slice(-3), ['range', 'Stable', '1'])
  const [, ...members] = await described('--members --verbose')
  assert.is(members.length, 1)
  assert.equal(members[0]!.slice(3, 5), ['console-consumer', '2'])
  const [, ...busy] = await described()
  assert.equal(
    busy.map(([, , partition, , , , , host, clientId]) => [partition, host, clientId]),
    ['0', '1'].map(partition => [partition, '/127.0.0.1', 'console-consumer']),
  )
  await member.leave()
  const [, left = []] = await described('--state')
  assert.equal(left.slice(-2), ['Empty', '0'])
  const listed = (await groups('--list --state')).map(columnsOf)
  assert.equal(
    listed.filter(([name]) => name === group),
    [[group, 'Empty']],
  )
}

async function managesGroups(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const { groups } = javaTools(ctx.bootstrap)
  const topic = await newTopic(there, 1)
  const group = ctx.uniqueName('group')
  await ours.produce(topic, numbered(20), 'none')
  await theirs.consume({ topic, group, count: 20 })
  const reset = await groups(`--group ${group} --topic ${topic} --reset-offsets --to-offset 5 --execute`)
  assert.equal(reset.slice(1).map(columnsOf), [[group, topic, '0', '5']])
  assert.equal(await ours.committed(group, topic, 1), [5n])
  const deleted = await groups(`--group ${group} --topic ${topic} --delete-offsets`)
  assert.equal(columnsOf(deleted.at(-1) ?? ''), [topic, '0', 'Successful'])
  assert.equal(await ours.committed(group, topic, 1), [-1n])
  await groups(`--delete --group ${group}`)
  assert.not((await groups('--list')).includes(group))
  assert.match((await groups(`--describe --group ${group}`)).join(), `Group ${group} not found.`)
}

async function findsOffsets(there: Scene): Promise<void> {
  const { ours, ctx } = there
  const { offsets, deleteRecords } = javaTools(ctx.bootstrap)
  const topic = await newTopic(there, 1)
  const before = Date.now()
  await ours.produce(topic, numbered(20), 'none')
  const at = async (time: string | number) => offsets(`--topic ${topic} --time ${time}`)
  assert.equal(await at('latest'), [`${topic}:0:20`])
  assert.equal(await at(before), [`${topic}:0:0`])
  await withOffsetsFile(topic, 7, file => deleteRecords(`--offset-json-file ${file}`))
  assert.equal(await at('earliest'), [`${topic}:0:7`])
  assert.match((await at('max-timestamp')).join(), new RegExp(`^${topic}:0:\\d+$`))
}

async function withOffsetsFile(topic: string, offset: number, work: (file: string) => Promise<unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'offsets-'))
  try {
    const file = join(folder, 'offsets.json')
    writeFileSync(file, JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, offset }] }))
    await work(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function listsVersions({ ctx }: Scene): Promise<void> {
  const lines = await javaTools(ctx.bootstrap).apiVersions('')
  for (const { id, host, port } of ctx.brokers)
    assert.ok(
      lines.some(line => line.startsWith(`${host}:${port} (id: ${id} rack: `)),
      lines.join('\n'),
    )
  assert.is(
    lines.filter(line => /^\s+Produce\(0\): 0 to 13 \[usable: 13\],?$/.test(line)).length,
    ctx.brokers.length,
  )
}

async function fails(use: ReturnType<JavaTools['topics']>, complaint: string | RegExp): Promise<void> {
  const outcome = await use.then(
    lines => new Error(`it went well: ${lines.join('\n')}`),
    (error: Error) => error,
  )
  assert.match(outcome.message, complaint)
}
