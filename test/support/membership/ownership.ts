import * as assert from 'uvu/assert'
import type { TopicPartition } from '../../../src/kernel'

/** Who owns which partition, and who owned it before; two at a time are an error on the spot. */
export class Ownership {
  readonly #owners = new Map<string, string>()
  /** `member +topic/partition` and `member -topic/partition`, as it happened. */
  readonly moves: string[] = []
  /** Members that cannot know what goes on: what they hold counts for nothing. */
  readonly absent = new Set<string>()
  readonly wrong: string[] = []

  gain(member: string, partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) {
      const name = `${topic}/${partition}`
      const owner = this.#owners.get(name)
      if (owner !== undefined && !this.absent.has(owner))
        this.wrong.push(`${name} to ${member} while ${owner} has it`)
      this.#owners.set(name, member)
      this.moves.push(`${member} +${name}`)
    }
  }

  release(member: string, partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) {
      const name = `${topic}/${partition}`
      if (this.#owners.get(name) === member) this.#owners.delete(name)
      else if (!this.absent.has(member)) this.wrong.push(`${name} let go by ${member}, who does not have it`)
      this.moves.push(`${member} -${name}`)
    }
  }

  /** How many partitions each member has. */
  get shares(): Readonly<Record<string, number>> {
    const shares: Record<string, number> = {}
    for (const owner of this.#owners.values()) shares[owner] = (shares[owner] ?? 0) + 1
    return shares
  }

  get count(): number {
    return this.#owners.size
  }

  ownerOf({ topic, partition }: TopicPartition): string | undefined {
    return this.#owners.get(`${topic}/${partition}`)
  }

  /** Of this member, as `topic/partition`, sorted. */
  of(member: string): readonly string[] {
    return [...this.#owners]
      .filter(([, owner]) => owner === member)
      .map(([name]) => name)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  }

  check(): void {
    assert.equal(this.wrong, [])
  }
}
