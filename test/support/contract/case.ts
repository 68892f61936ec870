import type { BrokerAddress, OwnKafkaCluster, StartOptions } from '../kafka'
import type { ApiName } from './api-keys'

/** What a case is given to work with. It cannot tell whose broker it talks to, nor may it want to. */
export interface ContractContext {
  /** `host:port,...` */
  readonly bootstrap: string
  readonly brokers: readonly BrokerAddress[]
  /** Release of Kafka that the brokers are, or stand for. */
  readonly kafkaVersion: string
  /**
   * Creates a topic that no other case knows and returns its name once all its partitions have leaders. Default one
   * partition, on as many brokers as there are, three at most.
   */
  uniqueTopic(partitions?: number, replication?: number): Promise<string>
  /** A name that no other case uses, for a group, a transactional id and the like. */
  uniqueName(what: string): string
}

/** The verbs by which a case takes brokers down and up. */
export type BrokerControl = Pick<
  OwnKafkaCluster,
  'kill' | 'stop' | 'start' | 'restart' | 'pause' | 'resume' | 'log' | 'listeners' | 'tlsBootstrap' | 'ca'
>

export interface AloneContext extends ContractContext {
  readonly control: BrokerControl
}

export interface Need {
  readonly api: ApiName
  readonly version: number
}

export interface CaseOptions {
  /** APIs the case talks; without them it is skipped. */
  readonly needs?: readonly Need[]
  /** It also runs on the old releases, where only what matters most is tested. */
  readonly core?: boolean
  /** At least so many brokers. */
  readonly brokers?: number
}

export interface AloneOptions extends CaseOptions, Omit<StartOptions, 'version' | 'brokers'> {
  /** The cluster is started with exactly so many; default 1. */
  readonly brokers?: 1 | 3
}

/** One declared case. */
export type ContractCase =
  | {
      readonly title: string
      readonly options: CaseOptions
      readonly alone: false
      readonly body: (ctx: ContractContext) => Promise<void>
    }
  | {
      readonly title: string
      readonly options: AloneOptions
      readonly alone: true
      readonly body: (ctx: AloneContext) => Promise<void>
    }
