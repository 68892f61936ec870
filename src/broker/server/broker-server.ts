import type { Clock } from '../../kernel'
import type { AcceptedWire, Listen, Listener, TlsServerOptions, WireHandlers } from '../../network'
import type { BrokerEvent } from '../events'
import type { Dispatcher } from './dispatcher'
import { Life } from './life'
import { checkPace, type Pace } from './pace'
import { PacedWire } from './paced-wire'
import type { Connection, OpenConnection } from './server-connection'

export interface BrokerServerOptions {
  readonly brokerId: number
  readonly listen: Listen
  readonly clock: Clock
  readonly tls: TlsServerOptions | undefined
  readonly maxFrameBytes: number
  readonly maxIdleMs: number
  readonly dispatcher: Dispatcher
  readonly openConnection: OpenConnection
  readonly tell: (event: BrokerEvent) => void
}

/** A broker's listener and the connections that came by it. */
export class BrokerServer {
  readonly #options: BrokerServerOptions
  readonly #connections = new Map<Connection, PacedWire>()
  #listening: Promise<Listener> | undefined
  #life = new Life()
  #isPaused = false
  #refuses = false
  #pace: Pace = {}

  constructor(options: BrokerServerOptions) {
    this.#options = options
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#connections.size
  }

  /** Listens; answers the port. Rejects with the system's error. */
  async start(host: string, port: number): Promise<number> {
    const { listen, tls } = this.#options
    this.#isPaused = false
    this.#life = new Life()
    const listening = listen({ host, port, tls }, wire => this.#accept(wire))
    this.#listening = listening
    return (await listening).port
  }

  /** Listens no more, ends every connection, and gives up what it had in hand. */
  async stop(): Promise<void> {
    const listening = this.#listening
    this.#listening = undefined
    this.#life.end()
    for (const connection of [...this.#connections.keys()]) connection.end()
    await (await listening?.catch(() => undefined))?.close()
    for (const connection of [...this.#connections.keys()]) connection.end()
  }

  /** Connections stay open, and nothing is read or said, until `resume`. */
  pause(): void {
    this.#isPaused = true
    for (const [connection, wire] of this.#connections) pause(connection, wire)
  }

  resume(): void {
    this.#isPaused = false
    for (const [connection, wire] of [...this.#connections]) {
      wire.resumeWriting()
      connection.resume()
    }
  }

  /** Whether new connections are closed as soon as they come. */
  setRefusing(refuses: boolean): void {
    this.#refuses = refuses
  }

  /** Connections read and write no faster than this, open ones too; undefined: as fast as they can. */
  setPace(pace: Pace | undefined): void {
    this.#pace = checkPace(pace)
    for (const wire of [...this.#connections.values()]) wire.setPace(this.#pace)
  }

  /** Ends every connection that is open. */
  cut(): void {
    for (const connection of [...this.#connections.keys()]) connection.end('cut by a fault')
  }

  #accept(wire: AcceptedWire): WireHandlers {
    const { clock, maxFrameBytes, maxIdleMs, dispatcher, openConnection } = this.#options
    if (this.#refuses) clock.soon(() => wire.close())
    if (this.#refuses) return { open: () => undefined, data: () => undefined, close: () => undefined }
    const paced = new PacedWire(wire, this.#pace, clock)
    const connection = openConnection(paced, {
      clock,
      maxFrameBytes,
      maxIdleMs,
      serve: (frame, from) => dispatcher.serve(frame, from, this.#life),
      onEnd: (ended, reason) => this.#ended(ended, reason),
    })
    this.#connections.set(connection, paced)
    if (this.#isPaused) pause(connection, paced)
    return paced.handlersFor(connection)
  }

  #ended(connection: Connection, reason: string | undefined): void {
    this.#connections.delete(connection)
    if (reason === undefined) return
    const { tell, brokerId } = this.#options
    tell({ type: 'connection-closed', broker: brokerId, client: connection.remote, reason })
  }
}

function pause(connection: Connection, wire: PacedWire): void {
  connection.pause()
  wire.pauseWriting()
}
