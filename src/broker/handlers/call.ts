import type { Clock } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { BrokerNode, Cluster } from '../cluster'
import type { Profile, ServedVersions } from '../profile'

/** A partition for which a fault has an error in store. */
export type InjectedError = (topic: string, partition: number) => ErrorName | undefined

/** What surrounds one request while it is handled. */
export interface Call {
  /** The broker that was asked, with its own view of the cluster. */
  readonly broker: BrokerNode
  /** What is true, whatever a broker believes. */
  readonly cluster: Cluster
  /** Which release is played. */
  readonly profile: Profile
  /** By API key. */
  readonly served: ReadonlyMap<number, ServedVersions>
  readonly version: number
  readonly clientId: string | null
  /** Where the client is, as Kafka tells it: `/127.0.0.1`. */
  readonly clientHost: string
  readonly clock: Clock
  /** Errors of a fault, asked for wherever a partition is looked up. */
  readonly injected: InjectedError
  /** Calls back once, when the connection ends before the answer; answers how to forget that. */
  onGone(listener: () => void): () => void
}
