import * as assert from 'uvu/assert'
import type { CompressionType } from '../../../src'
import type { Seen } from './client'
import { contentOf, samples } from './samples'
import { newTopic, type Scene } from './scene'

export async function writes(there: Scene, codec: CompressionType, idempotent: boolean): Promise<void> {
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

export async function readsOurs(there: Scene): Promise<void> {
  const { client, theirs, ours, ctx } = there
  const topic = await newTopic(there, 1)
  for (const codec of client.codecs) await ours.produce(topic, samples, codec)
  const count = samples.length * client.codecs.length
  const seen = await theirs.consume({ topic, group: ctx.uniqueName('group'), count })
  const expected = client.codecs.flatMap(() => samples.map(contentOf))
  assert.equal(seen.map(contentOf), expected)
}

const placeOf = ({ partition, offset }: Seen) => `${partition}:${offset}`
