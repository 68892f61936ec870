import * as assert from 'uvu/assert'
import type { Seen } from './client'
import type { OurMember } from './our-member'
import type { Ours } from './ours'
import { contentOf, numbered } from './samples'
import { newTopic, type Scene } from './scene'
import { until } from './until'

export async function goesOn(there: Scene): Promise<void> {
  const { client, theirs, ctx } = there
  const topic = await newTopic(there, 3)
  const group = ctx.uniqueName('group')
  const messages = numbered(60)
  await theirs.produce({ topic, messages, codec: 'none', idempotent: client.alwaysIdempotent ?? false })
  const first = await theirs.consume({ topic, group, count: 25 })
  assert.equal(await committed(there, topic, group), endsOf(first))
  const second = await theirs.consume({ topic, group, count: 35 })
  const all = [...first, ...second]
  assert.equal(new Set(all.map(({ key }) => key)), new Set(messages.map(({ key }) => key)))
  assert.equal(await committed(there, topic, group), endsOf(all))
}

export async function goesOnAfterUs(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 1)
  const group = ctx.uniqueName('group')
  await ours.produce(topic, numbered(20), 'none')
  await ours.commit(group, topic, 12n)
  const seen = await theirs.consume({ topic, group, count: 8 })
  assert.equal(seen.map(contentOf), numbered(20).slice(12).map(contentOf))
}

export async function shares(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 4)
  const group = ctx.uniqueName('group')
  const first = await theirs.join({ topic, group })
  await becomes(ours, group, [4])
  const second = await theirs.join({ topic, group })
  await becomes(ours, group, [2, 2])
  await second.leave()
  await becomes(ours, group, [4])
  await first.leave()
  await becomes(ours, group, undefined)
}

/** Both lead in turn: the one who was there first. */
export async function sharesWithUs(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 4)
  const group = ctx.uniqueName('group')
  const first = ours.join(group, topic)
  await owns(first, 4)
  const other = await theirs.join({ topic, group })
  await owns(first, 2)
  await becomes(ours, group, [2, 2])
  await first.leave()
  await becomes(ours, group, [4])
  const second = ours.join(group, topic)
  await owns(second, 2)
  await becomes(ours, group, [2, 2])
  await other.leave()
  await owns(second, 4)
  await second.leave()
  await becomes(ours, group, undefined)
}

function owns(member: OurMember, count: number): Promise<void> {
  return until(
    () => member.count === count,
    () => member.failure?.message ?? `we have ${member.count} partitions, and not ${count}`,
  )
}

/** Waits until the members of a group have these numbers of partitions, or until it has no member. */
function becomes(ours: Ours, group: string, wanted: number[] | undefined): Promise<void> {
  let found: number[] | undefined
  const isSo = async () => JSON.stringify((found = await ours.shares(group))) === JSON.stringify(wanted)
  return until(isSo, () => `partitions of each member: ${found?.join()}, and not ${wanted?.join()}`)
}

/** Where the group goes on, by partition. Some clients commit 0 where they have read nothing, others do not commit. */
async function committed({ ours }: Scene, topic: string, group: string): Promise<bigint[]> {
  const offsets = await ours.committed(group, topic, 3)
  return offsets.map(offset => (offset < 0n ? 0n : offset))
}

/** Behind the last message of each partition; 0n where none was read. */
function endsOf(seen: readonly Seen[]): bigint[] {
  const endOf = (partition: number) =>
    seen
      .filter(message => message.partition === partition)
      .map(({ offset }) => BigInt(offset) + 1n)
      .reduce((a, b) => (a > b ? a : b), 0n)
  return [0, 1, 2].map(endOf)
}
