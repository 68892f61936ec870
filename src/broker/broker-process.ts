import { ClosedError, type Clock, type Timer } from '../kernel'
import type { BrokerNode, Cluster } from './cluster'
import type { BrokerEvent } from './events'
import type { BrokerSettings } from './options'
import type { BrokerServer, Life } from './server'
import { Turns } from './turns'

export interface ProcessSetup {
  readonly node: BrokerNode
  readonly server: BrokerServer
  /** Where it listens; what it tells clients may be another place. */
  readonly host: string
  readonly cluster: Cluster
  readonly clock: Clock
  readonly settings: Pick<BrokerSettings, 'metadataLagMs'>
  /** Ends when the cluster is closed. */
  readonly life: Life
  /** Resolves when every broker that hears news has heard what is true now, or when the cluster is closed. */
  readonly whenKnown: () => Promise<void>
  readonly tell: (event: BrokerEvent) => void
}

/**
 * One broker as a process: it starts, stops, is killed and paused. All of that takes turns, in the order of the calls;
 * each call tells how its own part ended.
 */
export class BrokerProcess {
  readonly node: BrokerNode
  readonly server: BrokerServer
  readonly #setup: ProcessSetup
  readonly #turns = new Turns()
  /** When the controller misses it, or finds it back. */
  #noticed: Timer | undefined

  constructor(setup: ProcessSetup) {
    this.node = setup.node
    this.server = setup.server
    this.#setup = setup
  }

  /** Gone without a word; the controller misses it after `broker.session.timeout.ms`. */
  kill(): Promise<void> {
    return this.#turns.take(() => this.#kill())
  }

  /** Hands over what it leads, then goes. */
  stop(): Promise<void> {
    return this.#turns.take(() => this.#stop())
  }

  /** Starts it when it is down, on its old address. Rejects with a ClosedError when the cluster is closed. */
  start(): Promise<void> {
    return this.#turns.take(() => this.#start())
  }

  restart(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#stop()
      await this.#start()
    })
  }

  /** Does nothing and hears nothing; the controller misses it after `broker.session.timeout.ms`. */
  pause(): Promise<void> {
    return this.#turns.take(() => this.#pause())
  }

  /** Goes on as if nothing had been; a moment later it hears what did, and is back if it was missed. */
  resume(): Promise<void> {
    return this.#turns.take(() => this.#resume())
  }

  /** The end, for good: nothing is told to anybody. The cluster's life is over by now. */
  close(): Promise<void> {
    this.#turns.excuse()
    return this.#turns.take(() => {
      this.node.isUp = false
      return this.server.stop()
    })
  }

  async #kill(): Promise<void> {
    if (!this.node.isUp) return
    await this.#goDown()
    this.#missLater()
  }

  async #stop(): Promise<void> {
    const { cluster, life, whenKnown } = this.#setup
    if (!this.node.isUp || life.isOver) return
    cluster.brokerLeft(this.node)
    await whenKnown()
    await this.#goDown()
  }

  async #start(): Promise<void> {
    const { node } = this
    const { cluster, life, tell } = this.#setup
    if (life.isOver) throw closed()
    if (node.isUp) return
    this.#noticed?.cancel()
    // Killed a moment ago, and not missed yet: its old session ends with the new one.
    if (node.isRegistered) cluster.brokerLeft(node)
    await this.#listen()
    node.isUp = true
    cluster.brokerCame(node)
    tell({ type: 'broker-started', broker: node.id })
  }

  async #listen(): Promise<void> {
    const { host, life } = this.#setup
    await this.server.start(host, this.node.endpoint.port)
    if (!life.isOver) return
    await this.server.stop()
    throw closed()
  }

  #pause(): void {
    const { node } = this
    if (!node.isUp || node.isPaused) return
    node.isPaused = true
    this.server.pause()
    this.#missLater()
  }

  #resume(): void {
    const { node } = this
    const { clock, cluster, settings } = this.#setup
    if (!node.isPaused) return
    node.isPaused = false
    this.#noticed?.cancel()
    // What has waited is served first, by what the broker knew when it was paused.
    this.server.resume()
    this.#noticed = clock.after(settings.metadataLagMs, () =>
      node.isRegistered ? node.learn(cluster.news.image) : cluster.brokerCame(node),
    )
  }

  #missLater(): void {
    const { clock, cluster } = this.#setup
    this.#noticed?.cancel()
    this.#noticed = clock.after(cluster.config.int('broker.session.timeout.ms'), () => {
      if (this.node.isRegistered) cluster.brokerLeft(this.node)
    })
  }

  async #goDown(): Promise<void> {
    this.#noticed?.cancel()
    this.node.isPaused = false
    this.node.isUp = false
    await this.server.stop()
    this.#setup.tell({ type: 'broker-stopped', broker: this.node.id })
  }
}

const closed = (): ClosedError => new ClosedError('the embedded cluster')
