import type { Clock, Timer } from '../../kernel'
import type { GroupCoordinator } from '../groups'
import type { Coordinators } from './coordinators'
import type { Partition } from './partition'

export interface GroupMovesOptions {
  readonly clock: Clock
  /** How long a coordinator reads what is stored of its groups, in ms. */
  readonly loadMs: number
  readonly groups: GroupCoordinator
  readonly coordinators: Coordinators
}

/** Groups that go on under another coordinator, once that has read what is stored of them. */
export class GroupMoves {
  readonly #options: GroupMovesOptions
  readonly #loads = new Map<Partition, Timer>()

  constructor(options: GroupMovesOptions) {
    this.#options = options
  }

  /** The groups of this partition have another coordinator; what the last one had not yet read it never will. */
  move(partition: Partition): void {
    const { clock, loadMs, groups, coordinators } = this.#options
    groups.resign(group => coordinators.partitionFor('group', group) === partition)
    coordinators.setLoading(partition, true)
    this.#loads.get(partition)?.cancel()
    const loaded = (): void => {
      this.#loads.delete(partition)
      coordinators.setLoading(partition, false)
    }
    this.#loads.set(partition, clock.after(loadMs, loaded))
  }
}
