import { defaultRules, type Rules } from './cluster'
import { handlers, type Handler } from './handlers'
import { ServerConnection, type OpenConnection } from './server'

/** What the brokers are made of. A test replaces a part by a wrong one, to prove that the contract cases notice. */
export interface Parts {
  /** What the cluster, its logs and its groups decide by. */
  readonly rules: Rules
  /** One for each API that is served. */
  readonly handlers: readonly Handler[]
  readonly openConnection: OpenConnection
}

export const defaultParts: Parts = {
  rules: defaultRules,
  handlers,
  openConnection: (wire, options) => new ServerConnection(wire, options),
}
