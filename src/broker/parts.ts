import { defaultRules, type Rules } from './cluster'
import { handlers, type Handler } from './handlers'

/** What the brokers are made of: the rules of the cluster, and a handler for each API. */
export interface Parts {
  readonly rules: Rules
  readonly handlers: readonly Handler[]
}

export const defaultParts: Parts = { rules: defaultRules, handlers }
