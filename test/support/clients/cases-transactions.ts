import * as assert from 'uvu/assert'
import { consoleConsume, javaTool, newestRelease } from '../kafka'
import type { ClientCase } from './cases'
import { newTopic, type Scene } from './scene'

export async function transacts(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 1)
  const group = ctx.uniqueName('group')
  const seen = await theirs.transact!({ topic, group })
  assert.equal(
    seen.map(({ value }) => value),
    ['committed', 'with an offset'],
  )
  assert.equal(await ours.committed(group, topic, 1), [1n])
  const all = await ours.read(topic)
  assert.ok(all.some(({ value }) => value === 'aborted'))
}

const tools = 'org.apache.kafka.tools'

/** What Kafka's own tools do with transactions. */
export const transactionToolCases: readonly ClientCase[] = [
  {
    does: 'writes in transactions, shows them with kafka-transactions, and reads what is committed',
    run: works,
  },
]

async function works(there: Scene): Promise<void> {
  const { ctx } = there
  const topic = await newTopic(there, 1)
  const id = ctx.uniqueName('transactional')
  const server = ['--bootstrap-server', ctx.bootstrap]
  const load = ['--num-records', '500', '--record-size', '20', '--throughput', '500']
  const transactions = ['--transactional-id', id, '--transaction-duration-ms', '100']
  const writing = ['--topic', topic, ...load, ...transactions, ...server]
  await javaTool(newestRelease, `${tools}.ProducerPerformance`, writing)
  const described = await javaTool(newestRelease, `${tools}.TransactionsCommand`, [
    ...server,
    'describe',
    '--transactional-id',
    id,
  ])
  assert.match(described, 'CompleteCommit')
  const target = { version: ctx.kafkaVersion, bootstrap: ctx.bootstrap }
  const committed = ['--isolation-level', 'read_committed']
  assert.is((await consoleConsume(target, topic, 500, committed)).length, 500)
}
