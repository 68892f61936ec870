import type { TopicPartition } from '../kernel'
import type { PartitionLine } from './partition-line'

/** The partitions of a subscription. */
export class Lines implements Iterable<PartitionLine> {
  readonly #byName = new Map<string, PartitionLine>()

  get size(): number {
    return this.#byName.size
  }

  [Symbol.iterator](): Iterator<PartitionLine> {
    return this.#byName.values()
  }

  get(at: TopicPartition): PartitionLine | undefined {
    return this.#byName.get(nameOf(at))
  }

  add(line: PartitionLine): void {
    this.#byName.set(nameOf(line.at), line)
  }

  delete(line: PartitionLine): void {
    if (this.get(line.at) === line) this.#byName.delete(nameOf(line.at))
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${partition}:${topic}`
