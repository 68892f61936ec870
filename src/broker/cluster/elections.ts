import type { BrokerNode } from './broker-node'
import type { Leadership } from './leadership'
import type { Partition } from './partition'
import { replicasDuring } from './reassignment'
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
    const { rules } = this.#options
    for (const partition of partitions) {
      const to = rules.electLeader(partition, this.#isAlive)
      if (to.leader === partition.leader) partition.follow(to)
      else this.elect(partition, to)
    }
  }

  /** Gives partitions back to their first replica, where it is in sync. */
  preferFirst(partitions: Iterable<Partition>): void {
    for (const partition of partitions) {
      const [leader] = partition.replicas
      if (leader !== undefined && leader !== partition.leader && partition.isr.includes(leader))
        this.elect(partition, { leader, isr: partition.isr })
    }
  }

  /** This leader, in a new epoch. */
  elect(partition: Partition, to: Leadership): void {
    partition.elect(to)
    this.#options.rules.onElected(partition)
    this.#options.onElected(partition)
  }

  /** A partition is to be on these brokers. */
  reassign(partition: Partition, to: readonly number[]): void {
    partition.moving = { from: partition.moving?.from ?? partition.replicas, to }
    this.#settleMove(partition)
  }

  /** Ends the moves that can end, now that a broker came. */
  settleMoves(partitions: Iterable<Partition>): void {
    for (const partition of partitions) if (partition.moving) this.#settleMove(partition)
  }

  /** With logs shared there is nothing to copy: a move ends when everybody it leads to is alive. */
  #settleMove(partition: Partition): void {
    const moving = partition.moving!
    const isDone = moving.to.every(this.#isAlive)
    partition.replicas = isDone ? moving.to : replicasDuring(moving)
    if (isDone) partition.moving = undefined
    partition.isr = partition.replicas.filter(this.#isAlive)
    this.hold([partition])
  }

  readonly #isAlive = (broker: number): boolean => this.#options.nodes.get(broker)?.isRegistered ?? false
}
