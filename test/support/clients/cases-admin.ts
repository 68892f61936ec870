import * as assert from 'uvu/assert'
import type { Administered } from './client'
import { numbered } from './samples'
import { newTopic, replicationOf, type Scene } from './scene'

export async function creates({ theirs, ours, ctx }: Scene): Promise<void> {
  const name = ctx.uniqueName('topic')
  const replication = replicationOf(ctx)
  await theirs.create({ name, partitions: 4, replication })
  assert.equal(
    await ours.partitions(name),
    Array.from({ length: 4 }, () => replication),
  )
}

export async function administers(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 2)
  const group = ctx.uniqueName('group')
  await ours.produce(topic, numbered(30), 'none')
  await theirs.consume({ topic, group, count: 30 })
  const expected: Administered = {
    topicIsListed: true,
    end: 30,
    groupIsListed: true,
    state: 'empty',
    committed: 30,
    setBack: 1,
    partitions: 5,
    'retention.ms': '86400000',
    groupIsLeft: false,
    topicIsLeft: false,
  }
  assert.equal(await theirs.administer!({ topic, group }), expected)
}
