import type { BrokerProcess } from '../broker-process'
import type { Pace } from '../server'

/**
 * One broker, to be looked at and to be hurt. `kill`, `stop`, `start`, `restart`, `pause` and `resume` take turns: what
 * is asked for while another goes on comes after it, and each promise tells how its own part ended. When the cluster is
 * closed meanwhile a broker that was to go has gone, and one that was to start rejects with a ClosedError.
 */
export class BrokerHandle {
  readonly #process: BrokerProcess

  constructor(process: BrokerProcess) {
    this.#process = process
  }

  get id(): number {
    return this.#process.node.id
  }

  get host(): string {
    return this.#process.node.endpoint.host
  }

  get port(): number {
    return this.#process.node.endpoint.port
  }

  get isUp(): boolean {
    return this.#process.node.isUp
  }

  /** How many clients' connections are open. */
  get connections(): number {
    return this.#process.server.connections
  }

  /**
   * Gone without a word, its connections broken; new leaders are found after the config `broker.session.timeout.ms`,
   * which is 1 s here unless `config` says otherwise (Kafka's is 9 s).
   */
  kill(): Promise<void> {
    return this.#process.kill()
  }

  /** A controlled shutdown: it hands over what it leads, then goes. */
  stop(): Promise<void> {
    return this.#process.stop()
  }

  /**
   * Starts it again, if it is down, on its old address with its old data. Rejects with the system's error when the
   * port is taken.
   */
  start(): Promise<void> {
    return this.#process.start()
  }

  /** `stop`, then `start`, and nothing in between. */
  restart(): Promise<void> {
    return this.#process.restart()
  }

  /**
   * It hangs: connections stay open, new ones are taken, and nothing is answered until `resume`. After
   * `broker.session.timeout.ms`, as when it is killed, it is taken for gone, and others lead.
   */
  pause(): Promise<void> {
    return this.#process.pause()
  }

  /** Goes on, at first with what it knew of the cluster; after `metadataLagMs` it is one of the cluster again. */
  resume(): Promise<void> {
    return this.#process.resume()
  }

  /** Breaks every open connection. */
  cutConnections(): void {
    this.#process.server.cut()
  }

  /** New connections are closed as soon as they come, until `acceptConnections`; open ones stay. */
  refuseConnections(): void {
    this.#process.server.setRefusing(true)
  }

  acceptConnections(): void {
    this.#process.server.setRefusing(false)
  }

  /**
   * How fast connections are, open ones too, in bytes per second; without an argument as fast as they can be.
   * ArgumentError for a rate that is not above 0, or without an end.
   */
  setPace(pace?: Pace): void {
    this.#process.server.setPace(pace)
  }

  /** It tells clients what it knows of the cluster now, whatever happens, until `thawMetadata`. */
  freezeMetadata(): void {
    this.#process.node.freeze()
  }

  thawMetadata(): void {
    this.#process.node.thaw()
  }
}
