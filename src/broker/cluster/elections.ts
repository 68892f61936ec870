import type { BrokerNode } from './broker-node'
import type { Leadership } from './leadership'
import type { Partition } from './partition'
import type { Rules } from './rules'

export interface ElectionsOptions {
  readonly rules: Pick<Rules, 'electLeader' | 'onElected'>
  readonly nodes: ReadonlyMap<number, BrokerNode>
  /** A partition has a leader, or none, in a new epoch. */
  readonly onElected: (partition: Partition) => void
}

/** Gives partitions their leaders. */
export class Elections {
  readonly #options: ElectionsOptions

  constructor(options: ElectionsOptions) {
    this.#options = options
  }

  /** After brokers came or went, or partitions were made: whoever needs a leader gets one, if there can be one. */
  hold(partitions: Iterable<Partition>): void {
    const { rules, nodes } = this.#options
    const isAlive = (id: number): boolean => nodes.get(id)?.isRegistered ?? false
    for (const partition of partitions) {
      const to = rules.electLeader(partition, isAlive)
      if (to.leader === partition.leader) partition.isr = to.isr
      else this.elect(partition, to)
    }
  }

  /** This leader, in a new epoch. */
  elect(partition: Partition, { leader, isr }: Leadership): void {
    partition.elect(leader, isr)
    this.#options.rules.onElected(partition)
    this.#options.onElected(partition)
  }
}
