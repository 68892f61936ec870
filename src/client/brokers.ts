import { ArgumentError, ConnectionError, UnavailableError, type KafkaError } from '../kernel'
import { Broker, type BrokerContext } from './broker'
import type { BrokerNode } from './cluster'
import { formatHost, type HostPort } from './hosts'

/** The brokers a client talks to: the cluster's by node id, and the bootstrap hosts. */
export class Brokers {
  readonly #context: BrokerContext
  readonly #known = new Map<number, Broker>()
  readonly #bootstrap: readonly Broker[]
  /** Gone from the cluster, with requests that are still to be answered. */
  #leaving: Broker[] = []

  constructor(hosts: readonly HostPort[], context: Omit<BrokerContext, 'age'>) {
    this.#context = { ...context, age: { proven: undefined } }
    this.#bootstrap = hosts.map(host => new Broker(-1, host, this.#context))
  }

  get(id: number): Broker | undefined {
    return this.#known.get(id)
  }

  /** Makes the known brokers those of the cluster: new ones are added, moved ones redirected, gone ones closed. */
  update(nodes: Iterable<BrokerNode>): void {
    const gone = new Set(this.#known.keys())
    for (const node of nodes) {
      gone.delete(node.id)
      this.learn(node)
    }
    for (const id of gone) this.#letGo(this.#known.get(id)!)
  }

  /** Adds one broker, or gives it its new address. */
  learn(node: BrokerNode): void {
    const address = this.#mapped({ host: node.host, port: node.port })
    const known = this.#known.get(node.id)
    if (known) known.address = address
    else this.#known.set(node.id, new Broker(node.id, address, this.#context))
  }

  /**
   * All who may answer a question that any broker can answer: known ones, those connected first and those that are
   * left alone after a failure last, otherwise by chance; the bootstrap hosts behind the first few, since the known
   * ones may all be gone (KIP-899).
   */
  candidates(): readonly Broker[] {
    const known = this.#ranked([...this.#known.values()])
    return [...known.slice(0, trusted), ...this.#ranked(this.#bootstrap), ...known.slice(trusted)]
  }

  /** Nobody answered. */
  unavailable(what: string, errors: readonly unknown[]): UnavailableError {
    const hosts = this.#bootstrap.map(broker => formatHost(broker.address)).join(', ')
    const said = errors.map(error => (error instanceof Error ? error.message : String(error))).join('; ')
    return new UnavailableError(`${what}: no broker could be reached (bootstrap ${hosts}): ${said}`, errors)
  }

  forgetKnown(): void {
    for (const broker of [...this.#known.values()]) this.#letGo(broker)
  }

  close(error: KafkaError): void {
    for (const broker of [...this.#known.values(), ...this.#leaving, ...this.#bootstrap])
      broker.close(error, { graceful: false })
    this.#known.clear()
    this.#leaving = []
  }

  /** What it was sent it may still answer; what waits for a connection to it is better asked elsewhere. */
  #letGo(broker: Broker): void {
    this.#known.delete(broker.id)
    const gone = new ConnectionError(broker.name, 'the broker has left the cluster', { maybeSent: false })
    broker.close(gone, { graceful: true })
    this.#leaving = [...this.#leaving, broker].filter(({ isOpen }) => isOpen)
  }

  #mapped(address: HostPort): HostPort {
    const { mapAddress } = this.#context.settings
    if (!mapAddress) return address
    const mapped: unknown = mapAddress(address)
    if (isAddress(mapped)) return mapped
    throw new ArgumentError('client option mapAddress', mapped, '{ host, port } as its answer')
  }

  #ranked(brokers: readonly Broker[]): Broker[] {
    const { random } = this.#context.settings
    const shuffled = [...brokers]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
    }
    return shuffled.sort((a, b) => rank(a) - rank(b))
  }
}

/** How many known brokers are asked before the bootstrap hosts. */
const trusted = 3

function isAddress(value: unknown): value is HostPort {
  const { host, port } = (value ?? {}) as Partial<HostPort>
  return typeof host === 'string' && typeof port === 'number'
}

function rank(broker: Broker): number {
  if (broker.isConnected) return 0
  return broker.waitMs === 0 ? 1 : 2
}
