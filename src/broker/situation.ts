import type { RecordBatch } from '../protocol'
import type { GroupView } from './groups'

/** A cluster as a test sees it. */
interface Seen {
  /** How many partitions each topic has. */
  readonly topics: ReadonlyMap<string, number>
  partition(topic: string, partition: number): { readonly batches: readonly RecordBatch[] }
  group(id: string): GroupView | undefined
  lag(group: string, topic: string): number
}

const most = 10

/**
 * What there is, for a person whose condition did not come true, in a line: the messages of each topic, what groups have
 * before them, and the faults that no request has met.
 */
export function situation(kafka: Seen, groups: readonly string[], unmet: readonly string[]): string {
  const topics = [...kafka.topics].filter(([name]) => !name.startsWith('__'))
  const messages = topics.map(([name, partitions]) => `${name} ${countIn(kafka, name, partitions)}`)
  const lags = groups.flatMap(id => lagsOf(kafka, id))
  return [part('messages', messages), part('lag', lags), part('never met', unmet)].join('')
}

function countIn(kafka: Seen, topic: string, partitions: number): number {
  let count = 0
  for (let index = 0; index < partitions; index++)
    for (const batch of kafka.partition(topic, index).batches)
      if (!batch.isControl) count += batch.count ?? batch.records().length
  return count
}

function lagsOf(kafka: Seen, id: string): readonly string[] {
  const topics = new Set(kafka.group(id)?.offsets.map(({ topic }) => topic))
  return [...topics]
    .filter(topic => kafka.topics.has(topic))
    .map(topic => `${id} ${kafka.lag(id, topic)} in ${topic}`)
}

function part(title: string, all: readonly string[]): string {
  if (all.length === 0) return ''
  const more = all.length > most ? [`${all.length - most} more`] : []
  return `; ${title}: ${[...all.slice(0, most), ...more].join(', ')}`
}
