import type { FrameKind } from './whole-frame'

/** The record batches that a message carries for one partition, which an old message names by topic, a new one by id. */
export interface CarriedRecords {
  readonly topic?: string
  readonly topicId?: string
  readonly partition: number
  readonly records: Buffer
}

interface Place {
  readonly topics: string
  readonly name: string
  readonly partitions: string
  readonly index: string
  /** From this version on the topic is known by its id alone. */
  readonly idsSince: number
}

/** Where messages carry record batches, by API and side. */
const places: Readonly<Record<string, Place>> = {
  'Produce request': {
    topics: 'topicData',
    name: 'name',
    partitions: 'partitionData',
    index: 'index',
    idsSince: 13,
  },
  'Fetch response': {
    topics: 'responses',
    name: 'topic',
    partitions: 'partitions',
    index: 'partitionIndex',
    idsSince: 13,
  },
  'ShareFetch response': {
    topics: 'responses',
    name: 'topic',
    partitions: 'partitions',
    index: 'partitionIndex',
    idsSince: 0,
  },
}

type Struct = Readonly<Record<string, unknown>>

/** What a decoded body holds in record batches, partition by partition; nothing for APIs that carry none. */
export function* carriedRecords(
  { api, side, bodyVersion }: FrameKind,
  body: unknown,
): Generator<CarriedRecords> {
  const place = places[`${api.name} ${side}`]
  if (!place) return
  for (const topic of (body as Struct)[place.topics] as readonly Struct[]) {
    const named =
      bodyVersion < place.idsSince
        ? { topic: topic[place.name] as string }
        : { topicId: topic['topicId'] as string }
    for (const partition of topic[place.partitions] as readonly Struct[]) {
      const records = partition['records'] as Buffer | null
      if (records !== null) yield { ...named, partition: partition[place.index] as number, records }
    }
  }
}
