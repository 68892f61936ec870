import { partitionKey, type TopicPartition } from '../kernel'
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
    return this.#byName.get(partitionKey(at))
  }

  add(line: PartitionLine): void {
    this.#byName.set(partitionKey(line.at), line)
  }

  delete(line: PartitionLine): void {
    if (this.get(line.at) === line) this.#byName.delete(partitionKey(line.at))
  }
}
