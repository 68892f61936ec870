import * as assert from 'uvu/assert'
import { Partition, Talk } from '../talk'
import { moveLeader } from '../talk/move-leader'
import type { Member } from './client'
import { contentOf, numbered } from './samples'
import { newTopic, type Scene } from './scene'
import { until } from './until'

/** A reader and a writer at work while the partition moves to another leader, and again to a third. */
export async function followsLeader(there: Scene): Promise<void> {
  const { theirs, ctx } = there
  const topic = await newTopic(there, 1)
  const talk = new Talk(ctx)
  const messages = numbered(30)
  const reader = await theirs.join({ topic, group: ctx.uniqueName('group') })
  const writer = await theirs.write(topic)
  for (const sent of [10, 20, 30]) {
    writer.write(messages.slice(sent - 10, sent))
    await hasRead(reader, sent)
    if (sent < 30) await moveLeader(talk, await Partition.find(talk, topic))
  }
  await Promise.all([writer.close(), reader.leave()])
  assert.equal(reader.seen().map(contentOf), messages.map(contentOf))
  talk.close()
}

function hasRead(reader: Member, count: number): Promise<void> {
  return until(
    () => reader.seen().length >= count,
    () => `it has read ${reader.seen().length} of ${count} messages`,
  )
}
