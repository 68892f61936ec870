/** Where clients reach a broker. */
export interface BrokerEndpoint {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface PartitionImage {
  readonly index: number
  /** -1 while there is none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** Who may lead besides (KIP-966). */
  readonly eligible: readonly number[]
  /** Replicas whose broker is not there. */
  readonly offline: readonly number[]
}

export interface TopicImage {
  readonly name: string
  readonly id: string
  readonly isInternal: boolean
  readonly partitions: readonly PartitionImage[]
}

/** The cluster at one moment, as the controller publishes it and a broker tells it to clients. Never changed. */
export interface ClusterImage {
  /** Grows by one with each publication. */
  readonly version: number
  readonly controllerId: number
  readonly brokers: ReadonlyMap<number, BrokerEndpoint>
  readonly topics: ReadonlyMap<string, TopicImage>
  readonly topicsById: ReadonlyMap<string, TopicImage>
}

export const emptyImage: ClusterImage = {
  version: 0,
  controllerId: -1,
  brokers: new Map(),
  topics: new Map(),
  topicsById: new Map(),
}
