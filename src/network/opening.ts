import { ConnectionError, type KafkaError } from '../kernel'
import type { BrokerVersions } from './broker-versions'
import type { SettledConnection } from './connection-options'
import { Connector } from './connector'
import { describeFailure } from './failure'
import { greetings, Handshake } from './handshake'
import { Pipeline, type PipelineHandlers } from './pipeline'
import type { Wire } from './wire'

export interface OpeningHandlers extends PipelineHandlers {
  /** Connected; the versions are about to be asked for. */
  connected(): void
  /** The pipeline knows the broker's versions. */
  opened(wire: Wire, pipeline: Pipeline): void
  /** A wire that was handed over has ended. */
  lost(error: Error | undefined): void
}

/** From nothing to a pipeline that knows what the broker speaks, over as many wires as that takes. */
export class Opening {
  readonly #options: SettledConnection
  readonly #handlers: OpeningHandlers
  #greeting = 0
  #connector: Connector | undefined
  #handshake: Handshake | undefined
  #wire: Wire | undefined
  #pipeline: Pipeline | undefined
  /** Of the wire. */
  #address = ''
  #proven: BrokerVersions | undefined
  #isOver = false

  constructor(options: SettledConnection, handlers: OpeningHandlers) {
    this.#options = options
    this.#handlers = handlers
  }

  /** @param address connects to this one only, without asking for the name */
  start(address?: string): void {
    this.#connector = new Connector(this.#options, {
      open: (wire, connectedTo) => this.#greet(wire, connectedTo),
      data: bytes => this.#pipeline?.receive(bytes),
      close: error => (this.#isOver ? this.#handlers.lost(error) : this.#closed(error)),
      failed: error => this.#handlers.broken(error),
    })
    this.#connector.start(address)
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#connector?.cancel()
    this.#discard()
  }

  #greet(wire: Wire, address: string): void {
    this.#address = address
    const pipeline = new Pipeline(wire, this.#options, this.#handlers)
    this.#wire = wire
    this.#pipeline = pipeline
    const proven = this.#options.proven ?? this.#proven
    if (proven) {
      this.#handlers.connected()
      this.#opened(wire, pipeline, proven)
      return
    }
    this.#handshake = new Handshake({
      ...this.#options,
      send: pending => pipeline.send(pending),
      done: (error, versions) => {
        if (error) this.#handlers.broken(error)
        else this.#opened(wire, pipeline, versions)
      },
    })
    this.#handlers.connected()
    this.#handshake.start(greetings[this.#greeting]!)
  }

  #opened(wire: Wire, pipeline: Pipeline, versions: BrokerVersions | undefined): void {
    pipeline.versions = versions
    this.#isOver = true
    this.#handlers.opened(wire, pipeline)
  }

  /** The next greeting goes to the same address: another one of the same name may be another broker. */
  #closed(error: Error | undefined): void {
    const wasMute = !this.#pipeline!.hasReceived
    this.#proven = this.#handshake?.suspected
    this.#discard()
    if (this.#proven) return this.start(this.#address)
    this.#greeting++
    if (wasMute && this.#greeting < greetings.length) this.start(this.#address)
    else this.#handlers.broken(this.#failure(error, wasMute))
  }

  #failure(error: Error | undefined, wasMute: boolean): KafkaError {
    const { broker, tls } = this.#options
    const how = error === undefined ? 'the broker closed the connection' : describeFailure(error)
    const hint = `check that a Kafka listener is there, and that it expects ${tls === undefined ? 'no TLS' : 'TLS'}`
    const what = `${how} during the handshake${wasMute ? `, however it was greeted; ${hint}` : ''}`
    return new ConnectionError(broker, what, { maybeSent: false, cause: error })
  }

  #discard(): void {
    this.#handshake?.cancel()
    this.#wire?.close()
    this.#pipeline?.abandon(undefined, 'the handshake ended')
  }
}
