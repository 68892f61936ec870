import { ArgumentError, ClosedError, type Timer } from '../kernel'
import { systemListen } from '../network'
import type { BrokerNode, Cluster } from './cluster'
import type { BrokerEvent } from './events'
import type { Faults } from './faults'
import type { RequestLog } from './inspect'
import type { BrokerSettings } from './options'
import type { Parts } from './parts'
import { profiles } from './profile'
import { BrokerServer, Dispatcher } from './server'

export interface FleetParts {
  readonly settings: BrokerSettings
  readonly cluster: Cluster
  readonly faults: Faults
  readonly requests: RequestLog
  readonly parts: Parts
  readonly tell: (event: BrokerEvent) => void
}

/** The brokers as processes: they start, stop, are killed and paused. */
export class Fleet {
  readonly #parts: FleetParts
  readonly #servers = new Map<number, BrokerServer>()
  /** Of killed brokers: when the controller finds that they are gone. */
  readonly #missing = new Map<number, Timer>()
  #isClosed = false

  constructor(parts: FleetParts) {
    this.#parts = parts
  }

  /** Starts them all. Rejects with the system's error when one cannot listen; the others then run. */
  async startAll(): Promise<void> {
    const { brokers, port } = this.#parts.settings
    for (let id = 1; id <= brokers; id++) await this.#startFirst(id, port === 0 ? 0 : port + id - 1)
  }

  async stopAll(): Promise<void> {
    this.#isClosed = true
    for (const node of this.#parts.cluster.nodes.values()) node.isUp = false
    await Promise.all([...this.#servers.values()].map(server => server.stop()))
  }

  /** ArgumentError for an id that no broker has. */
  node(id: number): BrokerNode {
    const node = this.#parts.cluster.nodes.get(id)
    if (node) return node
    throw new ArgumentError('broker', id, `one of the brokers (${[...this.#servers.keys()].join(', ')})`)
  }

  server(id: number): BrokerServer {
    return this.#servers.get(this.node(id).id)!
  }

  /** Gone without a word; the others find out after the session timeout. */
  async kill(id: number): Promise<void> {
    const node = this.node(id)
    if (!node.isUp) return
    const { settings, cluster } = this.#parts
    node.isUp = false
    await this.#down(id)
    this.#missing.get(id)?.cancel()
    const missed = settings.clock.after(settings.brokerSessionTimeoutMs, () => {
      if (!node.isUp) cluster.brokerLeft(node)
    })
    this.#missing.set(id, missed)
  }

  /** Hands over what it leads, then goes. */
  async stop(id: number): Promise<void> {
    const node = this.node(id)
    if (!node.isUp) return
    const { cluster } = this.#parts
    cluster.brokerLeft(node)
    await cluster.news.whenKnown()
    node.isUp = false
    await this.#down(id)
  }

  /** Starts a broker that is down, on its old address. */
  async start(id: number): Promise<void> {
    const node = this.node(id)
    if (this.#isClosed) throw new ClosedError('the embedded cluster')
    if (node.isUp) return
    this.#missing.get(id)?.cancel()
    const { cluster, tell } = this.#parts
    // Killed a moment ago, and not missed yet: its old session ends with the new one.
    if (node.isRegistered) cluster.brokerLeft(node)
    await this.server(id).start(node.endpoint.host, node.endpoint.port)
    node.isUp = true
    cluster.brokerCame(node)
    tell({ type: 'broker-started', broker: id })
  }

  async #down(id: number): Promise<void> {
    await this.server(id).stop()
    this.#parts.tell({ type: 'broker-stopped', broker: id })
  }

  async #startFirst(id: number, port: number): Promise<void> {
    const { settings, cluster } = this.#parts
    const { host, racks } = settings
    const place = { id, host: this.#hostOf(id, host), rack: racks[id - 1] ?? null }
    const server: BrokerServer = this.#newServer(id, () => node)
    this.#servers.set(id, server)
    const bound = await server.start(place.host, port)
    const node = cluster.addBroker({ ...place, port: bound })
  }

  /** In memory each broker has a name of its own, so that a test can cut one off. */
  #hostOf(id: number, host: string): string {
    return this.#parts.settings.network === undefined ? host : `broker${id}`
  }

  #newServer(brokerId: number, node: () => BrokerNode): BrokerServer {
    const { settings, cluster, faults, requests, parts, tell } = this.#parts
    const { clock, network, tls } = settings
    const handlers = new Map(parts.handlers.map(handler => [handler.api.key, handler]))
    const profile = profiles[settings.versions]
    return new BrokerServer({
      brokerId,
      listen: network?.listen ?? systemListen,
      clock,
      tls,
      maxFrameBytes: cluster.config.int('socket.request.max.bytes'),
      maxIdleMs: Number(cluster.config.long('connections.max.idle.ms')),
      openConnection: parts.openConnection,
      dispatcher: new Dispatcher({ cluster, node, profile, clock, faults, handlers, requests }),
      tell,
    })
  }
}
