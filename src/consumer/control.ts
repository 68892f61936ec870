import { ArgumentError, NotRunningError, type TopicPartition } from '../kernel'
import { explain, type Explanation } from './explain'
import type { PartitionLine } from './partition-line'
import type { Reader } from './reader'
import type { Session } from './session'
import { targetOf, type StartOffset } from './start-offset'

/** What one may ask of a subscription that is under way, and have it do. */
export class Control {
  readonly #reader: Reader

  constructor(reader: Reader) {
    this.#reader = reader
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#live().pause(this.#chosen(partitions))
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#live().resume(this.#chosen(partitions))
  }

  seek(partition: TopicPartition, to: StartOffset): void {
    const { core, settings } = this.#reader
    this.#live().seek(this.#line(partition), targetOf(to, settings.groupId, core.settings.clock))
  }

  position(partition: TopicPartition): bigint | undefined {
    return this.#reader.session?.lines.get(partition)?.reached
  }

  lag(partition: TopicPartition): bigint | undefined {
    return this.#reader.session?.lines.get(partition)?.lag
  }

  explain(): readonly Explanation[] {
    const now = this.#reader.core.settings.clock.monotonic()
    return [...(this.#reader.session?.lines ?? [])].map(line => explain(line, now))
  }

  #live(): Session {
    const { session, name } = this.#reader
    if (session) return session
    throw new NotRunningError(name)
  }

  #chosen(partitions: readonly TopicPartition[]): readonly PartitionLine[] {
    return partitions.length === 0 ? [...this.#live().lines] : partitions.map(one => this.#line(one))
  }

  #line(at: TopicPartition): PartitionLine {
    const line = this.#live().lines.get(at)
    if (line) return line
    const read = [...this.#live().lines].map(({ at: { topic, partition } }) => `${topic}/${partition}`)
    throw new ArgumentError(
      'partition',
      at,
      `one that ${this.#reader.name} reads just now: ${read.join(', ')}`,
    )
  }
}
