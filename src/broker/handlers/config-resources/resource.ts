import type { ConfigEntry, ConfigMap, ConfigRow } from '../../configs'
import type { Call } from '../call'
import type { Refusal } from '../refusal'

/** A change of configs that is to be judged. */
export interface Change {
  /** What is set now. */
  readonly now: ConfigMap
  /** What would be. */
  readonly next: ConfigMap
  /** The names that the request names. */
  readonly touched: readonly string[]
}

/** One kind of things that have configs. */
export interface ConfigResource {
  readonly rows: ReadonlyMap<string, ConfigRow>
  /** Everything that holds for it. */
  describe(name: string, call: Call): readonly ConfigEntry[] | Refusal
  /** What is set on it while the cluster runs; nothing where it is not there. */
  get(name: string, call: Call): ConfigMap
  /** Why a list cannot be added to or taken from, where the config is none. */
  listFault(config: string, operation: 'APPEND' | 'SUBTRACT'): Refusal
  /** Why it may not be changed at all, before it is said to what. */
  nameFault(name: string, call: Call): Refusal | undefined
  changeFault(name: string, change: Change, call: Call): Refusal | undefined
  set(name: string, next: ConfigMap, call: Call): void
  /** Those that are there. */
  list(call: Call): readonly string[]
}
