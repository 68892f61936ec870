import { ArgumentError, NotRunningError, type TopicPartition } from '../kernel'
import { explain, type Explanation } from './explain'
import type { PartitionLine } from './partition-line'
import type { Session } from './session'
import type { Target } from './start-offset'

/** What one may ask of a subscription that is under way, and have it do. */
export class Control {
  readonly #session: () => Session | undefined
  readonly #name: () => string

  constructor(session: () => Session | undefined, name: () => string) {
    this.#session = session
    this.#name = name
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#live().pause(this.#chosen(partitions))
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#live().resume(this.#chosen(partitions))
  }

  seek(partition: TopicPartition, target: Target): void {
    this.#live().seek(this.#line(partition), target)
  }

  position(partition: TopicPartition): bigint | undefined {
    return this.#session()?.lines.get(partition)?.reached
  }

  lag(partition: TopicPartition): bigint | undefined {
    return this.#session()?.lines.get(partition)?.lag
  }

  explain(now: number): readonly Explanation[] {
    return [...(this.#session()?.lines ?? [])].map(line => explain(line, now))
  }

  #live(): Session {
    const session = this.#session()
    if (session) return session
    throw new NotRunningError(this.#name())
  }

  #chosen(partitions: readonly TopicPartition[]): readonly PartitionLine[] {
    return partitions.length === 0 ? [...this.#live().lines] : partitions.map(one => this.#line(one))
  }

  #line(at: TopicPartition): PartitionLine {
    const line = this.#live().lines.get(at)
    if (line) return line
    const read = [...this.#live().lines].map(({ at: { topic, partition } }) => `${topic}/${partition}`)
    throw new ArgumentError('partition', at, `one that ${this.#name()} reads just now: ${read.join(', ')}`)
  }
}
