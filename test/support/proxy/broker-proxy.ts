import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import type { HostPort } from '../../../src/client'
import { ProxiedConnection } from './proxied-connection'

/** What becomes of one request. */
export type ProxyFault =
  /** Its answer and all behind it on this connection never arrive. */
  | { readonly kind: 'swallow' }
  /** The connection breaks once the broker has it. */
  | { readonly kind: 'cut after' }
  /** The connection breaks when the broker has half of it. */
  | { readonly kind: 'cut within' }
  /** Half of its answer arrives, then the connection breaks. */
  | { readonly kind: 'cut answer' }
  /** Its answer, and those behind it, are held back for so long. */
  | { readonly kind: 'delay'; readonly ms: number }

/** Says what happens to a request, by its API key. */
export type ProxyFaults = (apiKey: number) => ProxyFault | undefined

/**
 * Stands in front of brokers, one door for each, and passes frames on unchanged. Clients come to it through `bootstrap`
 * and their option `mapAddress`.
 */
export class BrokerProxy {
  /** Asked for every request; undefined from `heal` on. */
  faults: ProxyFaults
  /** How often each kind of fault struck. */
  readonly struck = new Map<string, number>()
  readonly #doors = new Map<number, { readonly server: Server; readonly port: number }>()
  readonly #connections = new Set<ProxiedConnection>()

  static async start(brokers: readonly HostPort[], faults: ProxyFaults): Promise<BrokerProxy> {
    const proxy = new BrokerProxy(faults)
    for (const broker of brokers) await proxy.#open(broker)
    return proxy
  }

  private constructor(faults: ProxyFaults) {
    this.faults = faults
  }

  get bootstrap(): string {
    return [...this.#doors.values()].map(({ port }) => `127.0.0.1:${port}`).join()
  }

  /** For the client's option `mapAddress`. */
  readonly mapAddress = ({ host, port }: HostPort): HostPort => ({
    host,
    port: this.#doors.get(port)?.port ?? port,
  })

  /** Nothing goes wrong any more. */
  heal(): void {
    this.faults = () => undefined
  }

  async close(): Promise<void> {
    for (const connection of [...this.#connections]) connection.close()
    await Promise.all(
      [...this.#doors.values()].map(({ server }) => new Promise(resolve => server.close(resolve))),
    )
  }

  async #open({ host, port }: HostPort): Promise<void> {
    const server = createServer({ noDelay: true }, outside => {
      const inside = connect({ host, port, noDelay: true })
      const connection: ProxiedConnection = new ProxiedConnection(outside, inside, {
        fault: apiKey => this.#strike(apiKey),
        ended: () => this.#connections.delete(connection),
      })
      this.#connections.add(connection)
    })
    server.listen({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    this.#doors.set(port, { server, port: (server.address() as AddressInfo).port })
  }

  #strike(apiKey: number): ProxyFault | undefined {
    const fault = this.faults(apiKey)
    if (fault) this.struck.set(fault.kind, (this.struck.get(fault.kind) ?? 0) + 1)
    return fault
  }
}
