import type { Json, JsonObject } from '../../src/protocol'
import type { GoldenFrame } from './golden-frame'

/** Where we list records on purpose otherwise than Kafka's classes, and why. */
const deliberate: readonly {
  readonly reason: string
  readonly applies: (batch: JsonObject) => boolean
  readonly fields: readonly string[]
}[] = [
  {
    reason: 'what is wrong with damaged batches is told in our words',
    applies: batch => batch['crcValid'] === false,
    fields: ['invalid', 'recordsError'],
  },
  {
    reason:
      'a record of format 0 or 1 with a length below -1 is null to Kafka, which has refused its checksum before; to us it is damage',
    applies: batch => batch['crcValid'] === false && batch['magic'] !== 2,
    fields: ['records', 'recordsError'],
  },
]

/** Where our list of a frame's records departs from that of Kafka's classes. */
export function recordDifferences(ours: readonly JsonObject[], { records }: GoldenFrame): string[] {
  return different(ours.map(relevant), records.map(relevant), 'records')
}

function relevant(partition: JsonObject): JsonObject {
  const batches = partition['batches'] as readonly JsonObject[]
  return { ...partition, batches: batches.map(withoutDeliberate) }
}

function withoutDeliberate(batch: JsonObject): JsonObject {
  const left = { ...batch }
  for (const { applies, fields } of deliberate) {
    if (applies(batch)) for (const field of fields) delete left[field]
  }
  return left
}

function different(ours: Json | undefined, theirs: Json | undefined, at: string): string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return []
  if (!isComposite(ours) || !isComposite(theirs))
    return [`${at}: expected ${JSON.stringify(theirs)}, got ${JSON.stringify(ours)}`]
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)])
  return [...names].flatMap(name => different(ours[name], theirs[name], `${at}.${name}`))
}

function isComposite(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null
}
