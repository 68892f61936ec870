import { VirtualClock, type KafkaError } from '../../src/kernel'
import {
  Connection,
  MemoryNetwork,
  type Closed,
  type ConnectionOptions,
  type Exchange,
  type ExchangeRequest,
} from '../../src/network'
import type { Api, ResponseOf } from '../../src/protocol'
import { ScriptedPeer, type Served } from './scripted-peer'

/** What became of one exchange. */
export interface Asked<A extends Api> {
  readonly exchange: Exchange
  isDone: boolean
  error: KafkaError | undefined
  response: ResponseOf<A> | undefined
}

export const place = 'broker1:9092'

/** A scripted peer at `broker1:9092` in a network in memory, and connections to it, all on virtual time. */
export class ConnectionRig {
  readonly clock = new VirtualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly closed: Closed[] = []
  readonly throttled: number[] = []
  peer!: ScriptedPeer
  /** How many connections became ready. */
  ready = 0

  static async start({ serves }: { readonly serves?: readonly Served[] } = {}): Promise<ConnectionRig> {
    const rig = new ConnectionRig()
    rig.peer = await rig.listen('broker1', serves)
    return rig
  }

  /** One more peer at port 9092 of this address. */
  listen(host: string, serves?: readonly Served[]): Promise<ScriptedPeer> {
    const { clock, network } = this
    const address = { host, port: 9092 }
    return ScriptedPeer.start({ listen: network.listen, address, clock, ...(serves && { serves }) })
  }

  /** A connection that has begun to open. */
  connect(options: Partial<ConnectionOptions> = {}): Connection {
    const connection = new Connection({
      broker: `${place} (node 1)`,
      target: { host: 'broker1', port: 9092 },
      clientId: 'tester',
      clock: this.clock,
      dial: this.network.dial,
      lookup: this.network.lookup,
      ready: () => this.ready++,
      throttled: ms => this.throttled.push(ms),
      closed: closed => this.closed.push(closed),
      ...options,
    })
    connection.open()
    return connection
  }

  async connectReady(options: Partial<ConnectionOptions> = {}): Promise<Connection> {
    const connection = this.connect(options)
    await this.clock.until(() => connection.state === 'ready')
    return connection
  }

  ask<A extends Api>(connection: Connection, request: Omit<ExchangeRequest<A>, 'done'>): Asked<A> {
    const asked = { isDone: false } as Asked<A>
    const exchange = connection.exchange({
      ...request,
      done: (error, response) => {
        if (asked.isDone) throw new Error('done was called twice')
        Object.assign(asked, { isDone: true, error, response })
      },
    })
    return Object.assign(asked, { exchange })
  }

  /** Runs until every one of these is done. */
  async settle(...asked: readonly Asked<Api>[]): Promise<void> {
    await this.clock.until(() => asked.every(({ isDone }) => isDone))
  }
}
