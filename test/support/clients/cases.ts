import { setTimeout as wait } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { ContractContext } from '../contract'
import type { Client, ClientAtWork, Seen } from './client'
import type { Ours } from './ours'
import { contentOf, numbered, samples } from './samples'

/** What every client must be able to do; `does` completes a sentence that begins with its name. */
export interface ClientCase {
  readonly does: string
  readonly run: (there: Scene) => Promise<void>
}

export interface Scene {
  readonly client: Client
  readonly theirs: ClientAtWork
  readonly ours: Ours
  readonly ctx: ContractContext
}

/** The cases of a client: one for each codec it has, and one for each other thing it does. */
export function casesOf({ codecs, alwaysIdempotent = false }: Client): ClientCase[] {
  return [
    { does: 'creates a topic', run: creates },
    ...codecs.map(codec => ({
      does: `writes ${codec}, and it and we read it back`,
      run: (there: Scene) => writes(there, codec, alwaysIdempotent),
    })),
    ...(alwaysIdempotent
      ? []
      : [
          {
            does: 'writes with a producer id, and it and we read it back',
            run: (there: Scene) => writes(there, 'gzip', true),
          },
        ]),
    { does: 'reads what we write in every codec it has', run: readsOurs },
    { does: 'goes on in a group where its first consumer stopped', run: goesOn },
    { does: 'goes on in a group where we committed', run: goesOnAfterUs },
    { does: 'shares partitions with a second consumer of its group, and takes them back', run: shares },
  ]
}

async function creates({ theirs, ours, ctx }: Scene): Promise<void> {
  const name = ctx.uniqueName('topic')
  const replication = Math.min(3, ctx.brokers.length)
  await theirs.create({ name, partitions: 4, replication })
  assert.equal(
    await ours.partitions(name),
    Array.from({ length: 4 }, () => replication),
  )
}

async function writes(there: Scene, codec: Client['codecs'][number], idempotent: boolean): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 1)
  await theirs.produce({ topic, messages: samples, codec, idempotent })
  const byUs = await ours.read(topic)
  assert.equal(byUs.map(contentOf), samples.map(contentOf))
  assert.equal(new Set(byUs.map(seen => seen.codec)), new Set([codec]))
  assert.equal(new Set(byUs.map(seen => seen.idempotent)), new Set([idempotent]))
  const byThem = await theirs.consume({ topic, group: ctx.uniqueName('group'), count: samples.length })
  assert.equal(byThem.map(contentOf), samples.map(contentOf))
  assert.equal(byThem.map(placeOf), byUs.map(placeOf))
}

async function readsOurs(there: Scene): Promise<void> {
  const { client, theirs, ours, ctx } = there
  const topic = await newTopic(there, 1)
  for (const codec of client.codecs) await ours.produce(topic, samples, codec)
  const count = samples.length * client.codecs.length
  const seen = await theirs.consume({ topic, group: ctx.uniqueName('group'), count })
  assert.equal(
    seen.map(contentOf),
    client.codecs.flatMap(() => samples.map(contentOf)),
  )
}

async function goesOn(there: Scene): Promise<void> {
  const { theirs, ctx } = there
  const topic = await newTopic(there, 3)
  const group = ctx.uniqueName('group')
  await theirs.produce({
    topic,
    messages: numbered(60),
    codec: 'none',
    idempotent: there.client.alwaysIdempotent ?? false,
  })
  const first = await theirs.consume({ topic, group, count: 25 })
  assert.equal(await committed(there, topic, group), endsOf(first, 3))
  const second = await theirs.consume({ topic, group, count: 35 })
  const keys = [...first, ...second].map(({ key }) => key)
  assert.equal(new Set(keys), new Set(numbered(60).map(({ key }) => key)))
  assert.equal(await committed(there, topic, group), endsOf([...first, ...second], 3))
}

async function goesOnAfterUs(there: Scene): Promise<void> {
  const { theirs, ours, ctx } = there
  const topic = await newTopic(there, 1)
  const group = ctx.uniqueName('group')
  await ours.produce(topic, numbered(20), 'none')
  await ours.commit(group, topic, 12n)
  const seen = await theirs.consume({ topic, group, count: 8 })
  assert.equal(seen.map(contentOf), numbered(20).slice(12).map(contentOf))
}

async function shares(there: Scene): Promise<void> {
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

async function newTopic({ theirs, ctx }: Scene, partitions: number): Promise<string> {
  const name = ctx.uniqueName('topic')
  await theirs.create({ name, partitions, replication: Math.min(3, ctx.brokers.length) })
  return name
}

/** Waits until the members of a group have these numbers of partitions, or until it has no member. */
async function becomes(ours: Ours, group: string, wanted: number[] | undefined): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const found = await ours.shares(group)
    if (JSON.stringify(found) === JSON.stringify(wanted)) return
    if (performance.now() > deadline) assert.equal(found, wanted, 'partitions of each member after 30 s')
    await wait(100)
  }
}

const placeOf = ({ partition, offset }: Seen) => `${partition}:${offset}`

/** Where the group goes on, by partition. Some clients commit 0 where they have read nothing, others do not commit. */
async function committed({ ours }: Scene, topic: string, group: string): Promise<bigint[]> {
  const offsets = await ours.committed(group, topic, 3)
  return offsets.map(offset => (offset < 0n ? 0n : offset))
}

/** Behind the last message of each partition; 0n where none was read. */
function endsOf(seen: readonly Seen[], partitions: number): bigint[] {
  return Array.from({ length: partitions }, (_, partition) =>
    seen
      .filter(message => message.partition === partition)
      .map(({ offset }) => BigInt(offset) + 1n)
      .reduce((a, b) => (a > b ? a : b), 0n),
  )
}
