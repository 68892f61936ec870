import type { BrokerNode } from '../cluster'
import type { Fleet } from '../fleet'
import type { BrokerServer, Pace } from '../server'

/** One broker, to be looked at and to be hurt. */
export class BrokerHandle {
  readonly #fleet: Fleet
  readonly #node: BrokerNode

  constructor(fleet: Fleet, node: BrokerNode) {
    this.#fleet = fleet
    this.#node = node
  }

  get id(): number {
    return this.#node.id
  }

  get host(): string {
    return this.#node.endpoint.host
  }

  get port(): number {
    return this.#node.endpoint.port
  }

  get isUp(): boolean {
    return this.#node.isUp
  }

  /** How many clients' connections are open. */
  get connections(): number {
    return this.#server.connections
  }

  /** Gone without a word, its connections broken; new leaders are found after `brokerSessionTimeoutMs`. */
  kill(): Promise<void> {
    return this.#fleet.kill(this.id)
  }

  /** A controlled shutdown: it hands over what it leads, then goes. */
  stop(): Promise<void> {
    return this.#fleet.stop(this.id)
  }

  /** Starts it again, if it is down, on its old address with its old data. */
  start(): Promise<void> {
    return this.#fleet.start(this.id)
  }

  /** `stop`, then `start`. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** Connections stay open, new ones are taken, and nothing is answered until `resume`. */
  pause(): void {
    this.#server.pause()
  }

  resume(): void {
    this.#server.resume()
  }

  /** Breaks every open connection. */
  cutConnections(): void {
    this.#server.cut()
  }

  /** New connections are closed as soon as they come, until `acceptConnections`; open ones stay. */
  refuseConnections(): void {
    this.#server.setRefusing(true)
  }

  acceptConnections(): void {
    this.#server.setRefusing(false)
  }

  /**
   * How fast connections are, open ones too, in bytes per second; without an argument as fast as they can be.
   * ArgumentError for a rate that is not above 0, or without an end.
   */
  setPace(pace?: Pace): void {
    this.#server.setPace(pace)
  }

  /** It tells clients what it knows of the cluster now, whatever happens, until `thawMetadata`. */
  freezeMetadata(): void {
    this.#node.freeze()
  }

  thawMetadata(): void {
    this.#node.thaw()
  }

  get #server(): BrokerServer {
    return this.#fleet.server(this.id)
  }
}
