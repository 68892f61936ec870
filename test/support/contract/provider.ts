import type { ApiRanges, KafkaCluster, NewTopic } from '../kafka'
import type { AloneOptions, BrokerControl } from './case'

/** Whoever has brokers for the cases: Apache Kafka today, a broker of our own tomorrow. */
export interface Provider {
  readonly cluster: KafkaCluster
  /** Only core cases run here. */
  readonly coreOnly: boolean
  /** What its brokers serve. */
  apis(): Promise<ApiRanges>
  /** Resolves when every partition has its leader and every broker knows it. */
  createTopic(topic: NewTopic): Promise<void>
  /** Why a case cannot have such a cluster to itself here; undefined when it can. */
  refusal(options: AloneOptions): string | undefined
  startOwnCluster(options: AloneOptions): Promise<OwnProvider>
  close(): Promise<void>
}

/** A cluster for one case. */
export interface OwnProvider extends Provider {
  readonly control: BrokerControl
}
