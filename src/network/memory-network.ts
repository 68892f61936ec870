import { ArgumentError, type Clock } from '../kernel'
import { formatAddress } from './address'
import type { Accept, Listen } from './listen'
import type { Lookup } from './lookup'
import type { Travel } from './memory-lane'
import { MemoryPorts } from './memory-ports'
import { MemoryWire } from './memory-wire'
import type { DialTarget, EndingWire, WireHandlers } from './wire'

interface Link {
  /** Where it was dialled, `address:port`. */
  readonly to: string
  readonly client: MemoryWire
  readonly server: MemoryWire
}

/** What may be wrong with a place. */
type Fault = 'refuses' | 'ignores'

export interface MemoryNetworkOptions {
  /** Each way, in ms. Default 0: the next turn of the event loop. */
  readonly latencyMs?: number | undefined
  /** How many bytes one end may have sent that the other has not read; more waits with the sender. Default 256 KiB. */
  readonly windowBytes?: number | undefined
}

const pieceBytes = 64 * 1024
const defaultWindowBytes = 256 * 1024

/**
 * A network inside the process, for tests and the embedded broker: `dial`, `listen` and `lookup` behave as those of
 * the system, on the given clock alone. Places are named `address:port`. TLS options are ignored: nothing is
 * encrypted.
 */
export class MemoryNetwork {
  /** The time of everything in it: whoever lives in this network lives by this clock. */
  readonly clock: Clock
  readonly #travel: Travel
  readonly #listeners = new Map<string, Accept>()
  readonly #names = new Map<string, readonly string[] | Error>()
  readonly #faults = new Map<string, Fault>()
  readonly #held = new Set<string>()
  /** Connections that do not get through before a `heal`. */
  #arriving: { readonly to: string; readonly client: MemoryWire }[] = []
  /** Those of which an end is open, by the client's port. */
  readonly #links = new Map<number, Link>()
  readonly #ports = new MemoryPorts()

  /** ArgumentError without a clock, and for a latency or a window that cannot be. */
  constructor(clock: Clock, { latencyMs = 0, windowBytes = defaultWindowBytes }: MemoryNetworkOptions = {}) {
    checkClock(clock)
    checkMs('MemoryNetwork option latencyMs', latencyMs)
    checkBytes('MemoryNetwork option windowBytes', windowBytes)
    this.clock = clock
    this.#travel = { clock, latencyMs, pieceBytes, windowBytes }
  }

  readonly lookup: Lookup = host => {
    const found = this.#names.get(host) ?? [host]
    if (found instanceof Error) return Promise.reject(found)
    return Promise.resolve(found.map(address => ({ address, family: address.includes(':') ? 6 : 4 })))
  }

  /** A `Dial`. The wire it answers can also be closed by halves. */
  readonly dial = ({ address, port }: DialTarget, handlers: WireHandlers): EndingWire => {
    const to = formatAddress({ host: address, port })
    const client = new MemoryWire(this.#travel, { host: address, port })
    client.handleWith(handlers)
    this.#travelled(() => this.#connect(client, to))
    return client
  }

  readonly listen: Listen = ({ host, port }, accept) => {
    const isTaken = (port: number): boolean => this.#listeners.has(formatAddress({ host, port }))
    const bound = port === 0 ? this.#ports.take(isTaken) : port
    const address = { host, port: bound ?? 0 }
    const at = formatAddress(address)
    if (bound === undefined || this.#listeners.has(at))
      return Promise.reject(failure('EADDRINUSE', `listen ${at}`))
    this.#listeners.set(at, accept)
    return Promise.resolve({ ...address, close: () => this.#shut(at, accept) })
  }

  /** What a name resolves to, in order; by default itself. No addresses: the name is unknown. */
  name(host: string, addresses: readonly string[] | Error): void {
    this.#names.set(host, addresses)
  }

  /** New connections are refused, as by a host without a listener. */
  refuse(place: string): void {
    this.#faults.set(place, 'refuses')
  }

  /** New connections get no answer, as behind a firewall. */
  ignore(place: string): void {
    this.#faults.set(place, 'ignores')
  }

  /** Nothing arrives from or at this place until `heal`, new connections neither. */
  hold(place: string): void {
    this.#held.add(place)
    this.#setHeld(place, true)
  }

  /** Ends what `refuse`, `ignore` and `hold` began; what was held back arrives, in order, after the latency. */
  heal(place: string): void {
    this.#faults.delete(place)
    this.#held.delete(place)
    this.#setHeld(place, false)
    const arriving = this.#arriving.filter(({ to }) => to === place)
    this.#arriving = this.#arriving.filter(({ to }) => to !== place)
    for (const { client, to } of arriving) this.#travelled(() => this.#connect(client, to))
  }

  /** Breaks every connection to this place; bytes on their way are lost. Answers how many there were. */
  cut(place: string): number {
    const links = this.#linksTo(place)
    for (const { client } of links) client.break(failure('ECONNRESET', `read ${place}`))
    return links.length
  }

  /** Bytes arrive from now on in pieces of at most so many. ArgumentError for no bytes at all. */
  split(bytes: number): void {
    checkBytes('MemoryNetwork split bytes', bytes)
    this.#travel.pieceBytes = bytes
  }

  /** What is written from now on takes so many ms each way. ArgumentError for less than none. */
  delay(ms: number): void {
    checkMs('MemoryNetwork delay ms', ms)
    this.#travel.latencyMs = ms
  }

  #connect(client: MemoryWire, to: string): void {
    const accept = this.#listeners.get(to)
    const fault = this.#faults.get(to)
    if (client.isClosed || fault === 'ignores') return
    if (this.#held.has(to)) this.#arriving.push({ to, client })
    else if (accept === undefined || fault === 'refuses')
      client.fail(failure('ECONNREFUSED', `connect ${to}`))
    else this.#link(client, to, accept)
  }

  #link(client: MemoryWire, to: string, accept: Accept): void {
    const port = this.#ports.take(one => this.#links.has(one))
    if (port === undefined) return client.fail(failure('EADDRNOTAVAIL', `connect ${to}`))
    const server = new MemoryWire(this.#travel, { host: 'client', port })
    client.connectTo(server)
    this.#links.set(port, { to, client, server })
    const forget = (): void => {
      if (client.isClosed && server.isClosed) this.#links.delete(port)
    }
    client.onClosed(forget)
    server.onClosed(forget)
    server.handleWith(accept(server))
    server.opened()
    client.opened()
  }

  #setHeld(place: string, isHeld: boolean): void {
    for (const { client, server } of this.#linksTo(place)) {
      client.hold(isHeld)
      server.hold(isHeld)
    }
  }

  #linksTo(place: string): readonly Link[] {
    return [...this.#links.values()].filter(({ to }) => to === place)
  }

  #shut(place: string, accept: Accept): Promise<void> {
    if (this.#listeners.get(place) === accept) {
      this.#listeners.delete(place)
      for (const { server } of this.#linksTo(place)) server.fail()
    }
    return Promise.resolve()
  }

  /** Calls `arrive` after the latency. */
  #travelled(arrive: () => void): void {
    const { clock, latencyMs } = this.#travel
    if (latencyMs > 0) clock.after(latencyMs, arrive)
    else clock.soon(arrive)
  }
}

/** Without one nothing would ever arrive. */
function checkClock(clock: Partial<Clock> | null | undefined): void {
  const { now, monotonic, after, soon } = clock ?? {}
  if ([now, monotonic, after, soon].every(member => typeof member === 'function')) return
  throw new ArgumentError('MemoryNetwork clock', clock, 'a Clock, such as new VirtualClock()')
}

function checkBytes(what: string, bytes: number): void {
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw new ArgumentError(what, bytes, 'a whole number of bytes from 1')
}

function checkMs(what: string, ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new ArgumentError(what, ms, 'whole milliseconds from 0')
}

function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${what} ${code}`), { code })
}
