import { ConnectionError, TimeoutError, type Clock, type KafkaError, type Timer } from '../kernel'
import { formatAddress, type Address } from './address'
import { describeFailure } from './failure'
import type { Lookup, ResolvedAddress } from './lookup'
import type { TlsOptions } from './tls-options'
import type { Dial, Wire, WireHandlers } from './wire'

export interface ConnectorOptions {
  /** Names the broker in errors. */
  readonly broker: string
  readonly target: Address
  readonly tls?: TlsOptions | undefined
  readonly clock: Clock
  readonly dial: Dial
  readonly lookup: Lookup
  /** For each address, TLS handshake included. */
  readonly connectTimeoutMs: number
  /** For the whole cycle: lookup and all addresses. */
  readonly connectTimeoutMaxMs: number
}

export interface ConnectorHandlers extends Omit<WireHandlers, 'open'> {
  open(wire: Wire, address: string): void
  /** No address could be connected to. */
  failed(error: KafkaError): void
}

interface Attempt {
  readonly address: string
  readonly error: unknown
}

/** One connect cycle: resolves the name and tries every address in order until one opens (KIP-602). */
export class Connector {
  readonly #options: ConnectorOptions
  readonly #handlers: ConnectorHandlers
  readonly #failures: Attempt[] = []
  #wire: Wire | undefined
  #timer: Timer | undefined
  #cap: Timer | undefined
  #isOver = false

  constructor(options: ConnectorOptions, handlers: ConnectorHandlers) {
    this.#options = options
    this.#handlers = handlers
  }

  /** @param address connects to this one only, without asking for the name */
  start(address?: string): void {
    const { clock, connectTimeoutMaxMs, lookup, target } = this.#options
    this.#cap = clock.after(connectTimeoutMaxMs, () => this.#giveUp(connectTimeoutMaxMs))
    if (address !== undefined) this.#try([address], 0)
    else {
      new Promise<readonly ResolvedAddress[]>(resolve => resolve(lookup(target.host))).then(
        found => this.#resolved(found.map(each => each.address)),
        (error: unknown) => this.#unresolved(error),
      )
    }
  }

  /** Stops trying. Has no effect on a wire that was handed over. */
  cancel(): void {
    if (this.#isOver) return
    this.#finish()
    this.#wire?.close()
  }

  #resolved(addresses: readonly string[]): void {
    if (this.#isOver) return
    if (addresses.length === 0) this.#unresolved({ code: 'ENOTFOUND' })
    else this.#try(addresses, 0)
  }

  #unresolved(error: unknown): void {
    if (this.#isOver) return
    this.#failures.push({ address: this.#options.target.host, error })
    this.#fail()
  }

  #try(addresses: readonly string[], index: number): void {
    const address = addresses[index]
    if (address === undefined) {
      this.#fail()
      return
    }
    const { clock, connectTimeoutMs, dial, target, tls } = this.#options
    const next = (error: unknown): void => {
      this.#timer?.cancel()
      this.#failures.push({ address: formatAddress({ host: address, port: target.port }), error })
      this.#try(addresses, index + 1)
    }
    this.#timer = clock.after(connectTimeoutMs, () => {
      this.#wire?.close()
      next(new TimeoutError('connect', connectTimeoutMs, address))
    })
    try {
      this.#wire = dial({ ...target, address, tls }, this.#attempt(address, next))
    } catch (error) {
      next(error)
    }
  }

  /** Until it is open a wire's end leads to the next address, from then on to its owner. */
  #attempt(address: string, next: (error: unknown) => void): WireHandlers {
    let isOpen = false
    return {
      open: () => {
        isOpen = true
        this.#finish()
        this.#handlers.open(this.#wire!, address)
      },
      data: bytes => this.#handlers.data(bytes),
      close: error => (isOpen ? this.#handlers.close(error) : next(error ?? new Error(this.#closedEarly))),
    }
  }

  get #closedEarly(): string {
    return this.#options.tls === undefined
      ? 'closed while connecting'
      : 'closed during the TLS handshake; leave out the tls option or use the TLS listener'
  }

  #giveUp(ms: number): void {
    this.#wire?.close()
    this.#failures.push({ address: 'in all', error: new TimeoutError('connect', ms, this.#options.broker) })
    this.#fail()
  }

  #fail(): void {
    const { broker } = this.#options
    this.#finish()
    const failures = this.#failures
    const cause = failures[0]?.error
    const last = failures.at(-1)?.error
    if (last instanceof TimeoutError && failures.every(({ error }) => error instanceof TimeoutError)) {
      const where = failures.map(({ address }) => address).join(', ')
      this.#handlers.failed(new TimeoutError('connect', last.ms, `${broker} (${where})`, { cause }))
      return
    }
    const reasons = failures.map(({ address, error }) => `${address}: ${describeFailure(error)}`).join('; ')
    this.#handlers.failed(
      new ConnectionError(broker, `cannot connect: ${reasons}`, { maybeSent: false, cause }),
    )
  }

  #finish(): void {
    this.#isOver = true
    this.#timer?.cancel()
    this.#cap?.cancel()
  }
}
