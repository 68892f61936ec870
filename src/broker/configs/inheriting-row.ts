import type { ConfigRow } from './config-row'

/** A broker config that gives the value where a resource has none of its own. */
export interface BrokerSynonym {
  readonly name: string
  /** What one of it is in the unit of the resource. */
  readonly unit: bigint
}

/** A config whose value comes from the broker where it is not set. */
export type InheritingRow = ConfigRow & { readonly synonyms?: readonly BrokerSynonym[] }
export type InheritingTable = Readonly<Record<string, InheritingRow>>

/** Takes its value from the first of these broker configs that is set. */
export function inherits<R extends ConfigRow>(config: R, name: string, coarser: Record<string, bigint> = {}) {
  const synonyms = Object.entries({ [name]: 1n, ...coarser }).map(([name, unit]) => ({ name, unit }))
  return { ...config, synonyms }
}
