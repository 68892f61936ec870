import type { BrokerAddress } from './metadata'

/** A Kafka cluster under test, whoever started it. */
export interface KafkaCluster {
  /** Release number, or words in its place for a cluster that was given without saying. */
  readonly version: string
  /** `host:port,...` of the plain listener. */
  readonly bootstrap: string
  readonly brokers: readonly BrokerAddress[]
  /** `host:port/path` where there is one. */
  readonly zookeeper?: string | undefined
}

/** A cluster whose brokers the test may take down and up, by broker id. */
export interface OwnKafkaCluster extends KafkaCluster {
  /** `host:port,...` of each extra listener, by its name. */
  readonly listeners: Readonly<Record<string, string>>
  /** `host:port,...` of the TLS listener, if `tls` was asked for. */
  readonly tlsBootstrap?: string | undefined
  /** PEM file of the authority to trust on it. */
  readonly ca?: string | undefined
  /** SIGKILL: the broker is gone without a word. */
  kill(id: number): Promise<void>
  /** SIGTERM: a controlled shutdown; resolves when it is gone. */
  stop(id: number): Promise<void>
  /** Starts a broker that is down, on its old address with its old data; resolves when it is ready. */
  start(id: number): Promise<void>
  /** `stop`, if it runs, and `start`. */
  restart(id: number): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(id: number): void
  /** SIGCONT. */
  resume(id: number): void
  /** What the broker wrote since it was last started. */
  log(id: number): string
  /** Ends everything and removes its data. */
  stopAll(): Promise<void>
}
