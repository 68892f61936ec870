import type { BrokerEvent } from '../events'
import type { Leadership } from './leadership'
import type { Partition } from './partition'
import { replicasDuring } from './reassignment'
import type { Rules } from './rules'

export interface LeadersOptions {
  readonly rules: Rules
  readonly isAlive: (broker: number) => boolean
  readonly tell: (event: BrokerEvent) => void
  /** After a partition got a leader, in a new epoch. */
  readonly onElected: (partition: Partition) => void
}

/** Who leads partitions, and which brokers have them. */
export class Leaders {
  readonly #options: LeadersOptions

  constructor(options: LeadersOptions) {
    this.#options = options
  }

  /** Brokers went or came: whoever has to get another leader does. */
  elect(partitions: Iterable<Partition>): void {
    const { rules, isAlive } = this.#options
    for (const partition of partitions) this.#lead(partition, rules.electLeader(partition, isAlive))
  }

  /** A new leader in a new epoch, though the old one lives; or the same one, in a new epoch. */
  put(partition: Partition, { leader, isr }: Leadership): void {
    const { rules, tell, onElected } = this.#options
    partition.elect(leader, isr)
    tell({ type: 'leader-moved', topic: partition.topic.name, partition: partition.index, leader })
    rules.onElected(partition)
    onElected(partition)
  }

  /** Begins a move to these brokers, which takes no time, but waits for those that are down. */
  reassign(partition: Partition, to: readonly number[]): void {
    partition.moving = { from: partition.moving?.from ?? partition.replicas, to }
    this.move(partition)
  }

  /** Ends the move that goes on, if it can end; with logs shared there is nothing to copy. */
  move(partition: Partition): void {
    const { isAlive } = this.#options
    const { moving } = partition
    if (moving === undefined) return
    const isDone = moving.to.every(isAlive)
    partition.replicas = isDone ? moving.to : replicasDuring(moving)
    if (isDone) partition.moving = undefined
    partition.isr = partition.replicas.filter(isAlive)
    this.elect([partition])
  }

  #lead(partition: Partition, to: Leadership): void {
    if (to.leader === partition.leader) partition.isr = to.isr
    else this.put(partition, to)
  }
}
