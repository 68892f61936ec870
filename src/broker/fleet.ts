import { ArgumentError } from '../kernel'
import { systemListen } from '../network'
import { BrokerProcess } from './broker-process'
import type { BrokerNode, Cluster } from './cluster'
import type { BrokerEvent } from './events'
import type { Faults } from './faults'
import type { RequestLog } from './inspect'
import type { BrokerSettings } from './options'
import type { Parts } from './parts'
import { profiles } from './profile'
import { BrokerServer, Dispatcher, Life } from './server'

export interface FleetParts {
  readonly settings: BrokerSettings
  readonly cluster: Cluster
  readonly faults: Faults
  readonly requests: RequestLog
  readonly parts: Parts
  readonly tell: (event: BrokerEvent) => void
}

/** All brokers of a cluster, from its start to its end. */
export class Fleet {
  readonly #parts: FleetParts
  readonly #processes = new Map<number, BrokerProcess>()
  readonly #life = new Life()

  constructor(parts: FleetParts) {
    this.#parts = parts
  }

  get isClosed(): boolean {
    return this.#life.isOver
  }

  /** Starts them all. Rejects with the system's error when one cannot listen; the others then run. */
  async startAll(): Promise<void> {
    const { brokers, port } = this.#parts.settings
    for (let id = 1; id <= brokers; id++) await this.#startFirst(id, port === 0 ? 0 : port + id - 1)
  }

  /** Ends them all, for good. What is done to one of them meanwhile ends first. */
  async closeAll(): Promise<void> {
    this.#life.end()
    await Promise.all([...this.#processes.values()].map(process => process.close()))
  }

  /** ArgumentError for an id that no broker has. */
  process(id: number): BrokerProcess {
    const process = this.#processes.get(id)
    if (process) return process
    throw new ArgumentError('broker', id, `one of the brokers (${[...this.#processes.keys()].join(', ')})`)
  }

  /** Resolves when every broker that hears news has heard what is true now, or when they are closed. */
  whenKnown(): Promise<void> {
    return new Promise(resolve => {
      const forget = this.#life.onEnd(resolve)
      void this.#parts.cluster.news.whenKnown().then(() => {
        forget()
        resolve()
      })
    })
  }

  async #startFirst(id: number, port: number): Promise<void> {
    const { settings, cluster, tell } = this.#parts
    const { clock, racks, advertisedHost } = settings
    const host = this.#hostOf(id)
    const server: BrokerServer = this.#newServer(id, () => node)
    const bound = await this.#listen(server, host, port)
    const place = { id, host: advertisedHost ?? host, port: bound, rack: racks[id - 1] ?? null }
    const node = cluster.addBroker(place, host)
    const whenKnown = (): Promise<void> => this.whenKnown()
    const life = this.#life
    const setup = { node, server, host, cluster, clock, settings, life, whenKnown, tell }
    this.#processes.set(id, new BrokerProcess(setup))
  }

  /** Rejects with an ArgumentError when it is not the system that refuses: then it is the certificate. */
  async #listen(server: BrokerServer, host: string, port: number): Promise<number> {
    const { tls } = this.#parts.settings
    try {
      return await server.start(host, port)
    } catch (error) {
      if (tls === undefined || !(error instanceof Error) || 'syscall' in error) throw error
      throw new ArgumentError('EmbeddedKafka option tls', tls, `what node:tls takes (${error.message})`)
    }
  }

  /** In memory each broker has a name of its own, so that a test can cut one off. */
  #hostOf(id: number): string {
    const { host, network } = this.#parts.settings
    return network === undefined ? host : `broker${id}`
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
