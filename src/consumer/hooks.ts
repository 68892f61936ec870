import { Option, RebalanceHookError, type Settled, type TopicPartition } from '../kernel'
import { runHandler, type Handled } from './faces/run-handler'

/** Is called with partitions; has ended when what it answers has: a promise, an Observable, or nothing. */
export type RebalanceHook = (partitions: readonly TopicPartition[]) => Handled

const hook = new Option<RebalanceHook, RebalanceHook | undefined>('a function', undefined, value =>
  typeof value === 'function' ? (value as RebalanceHook) : undefined,
)

export const hookOptions = {
  /** Called with the partitions that the group has given this member; reading them begins when it has ended. May `seek`. */
  onAssigned: hook,
  /**
   * Called with partitions that are let go in good order, and waited for, at most 80 % of `rebalanceTimeoutMs`. Nothing
   * more of them is delivered, and handlers that ran have ended; what `start` and `partitions$` gave away may still be acked
   * and committed in it. When the member closes it is called last, when all is committed.
   */
  onRevoked: hook,
  /** Called at once, also amid the others, with partitions that somebody else may have by now: nothing of them can be committed. */
  onLost: hook,
}

type HookName = keyof typeof hookOptions

export type HookSettings = Settled<typeof hookOptions>

/** Calls the hooks of one membership; none is told of an empty list. */
export class Hooks {
  readonly #settings: HookSettings
  readonly #failed: (error: RebalanceHookError) => void
  /** What the next one has to wait for. */
  #last: Promise<void> | undefined

  /** @param failed is told of a hook that throws, or whose answer fails */
  constructor(settings: HookSettings, failed: (error: RebalanceHookError) => void) {
    this.#settings = settings
    this.#failed = failed
  }

  /** Resolves when reading may begin; undefined: at once. */
  assigned(partitions: readonly TopicPartition[]): Promise<void> | undefined {
    return (this.#last = this.#afterLast('onAssigned', () => partitions))
  }

  /** @param partitions asked for when its turn has come: they may be lost by then */
  revoked(partitions: () => readonly TopicPartition[]): Promise<void> | undefined {
    return this.#afterLast('onRevoked', partitions)
  }

  lost(partitions: readonly TopicPartition[]): void {
    this.#last = this.#call('onLost', partitions)
  }

  #afterLast(name: HookName, partitions: () => readonly TopicPartition[]): Promise<void> | undefined {
    return this.#last ? this.#last.then(() => this.#call(name, partitions())) : this.#call(name, partitions())
  }

  /** Whether it did well or not, it has ended. */
  #call(name: HookName, partitions: readonly TopicPartition[]): Promise<void> | undefined {
    const hook = this.#settings[name]
    if (!hook || partitions.length === 0) return undefined
    return new Promise(resolve =>
      runHandler(() => hook(partitions), {
        done: resolve,
        failed: cause => {
          this.#failed(new RebalanceHookError(name, cause))
          resolve()
        },
      }),
    )
  }
}
