import { ClosedError, type Clock, type Timer } from '../kernel'
import type { BrokerNode, Cluster } from './cluster'
import type { BrokerEvent } from './events'
import type { BrokerServer, Life } from './server'
import { Turns } from './turns'

export interface ProcessSetup {
  readonly node: BrokerNode
  readonly server: BrokerServer
  /** Where it listens; what it tells clients may be another place. */
  readonly host: string
  readonly cluster: Cluster
  readonly clock: Clock
  /** How long a killed broker is taken for alive, in ms. */
  readonly sessionTimeoutMs: number
  /** Ends when the cluster is closed. */
  readonly life: Life
  /** Resolves when every broker has heard what is true now, or when the cluster is closed. */
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
  /** When the controller finds that it has gone. */
  #missing: Timer | undefined

  constructor(setup: ProcessSetup) {
    this.node = setup.node
    this.server = setup.server
    this.#setup = setup
  }

  /** Gone without a word; the others find out after the session timeout. */
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

  pause(): void {
    void this.#turns.take(() => this.server.pause())
  }

  resume(): void {
    void this.#turns.take(() => this.server.resume())
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
    const { node } = this
    if (!node.isUp) return
    const { clock, cluster, sessionTimeoutMs } = this.#setup
    await this.#goDown()
    this.#missing = clock.after(sessionTimeoutMs, () => cluster.brokerLeft(node))
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
    this.#missing?.cancel()
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

  async #goDown(): Promise<void> {
    this.node.isUp = false
    await this.server.stop()
    this.#setup.tell({ type: 'broker-stopped', broker: this.node.id })
  }
}

const closed = (): ClosedError => new ClosedError('the embedded cluster')
