import type { KafkaError } from '../kernel'
import type { Api } from '../protocol'
import type { BrokerVersions } from './broker-versions'
import type { Exchange, ExchangeRequest } from './exchange'

/** A connection as an authenticator sees it: nothing but its own requests is written until it is done. */
export interface AuthenticationSession {
  /** Names the broker in errors. */
  readonly broker: string
  readonly versions: BrokerVersions
  exchange<A extends Api>(request: ExchangeRequest<A>): Exchange
}

/** Proves who we are, after the versions are known and before anything else; an error closes the connection. */
export type Authenticate = (session: AuthenticationSession, done: (error?: KafkaError) => void) => void
