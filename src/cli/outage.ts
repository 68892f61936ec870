import type { Clock, Logger } from 'rx-kafka'
import { shortReason } from './reason'
import type { Shell } from './shell'

type ClientEvent = NonNullable<Parameters<Logger>[2]>
type Cluster = Extract<ClientEvent, { type: 'metadata' }>['cluster']

/** Trouble that is over sooner is not worth a word, in ms. */
const patienceMs = 500
/** Whoever was not even tried for so long is not missed any more, in ms. */
const forgottenMs = 30_000

/** Who could not be reached: when that was tried last, and why it failed. */
interface Missing {
  readonly at: number
  readonly reason: string
}

/** Tells when brokers cannot be reached, and when that is over: one line each, however long it takes. */
export class Outage {
  readonly #clock: Clock
  readonly #stderr: Shell['stderr']
  /** By `host:port`. */
  readonly #missing = new Map<string, Missing>()
  #connections = 0
  #isTotal = true
  #timer: ReturnType<Clock['after']> | undefined
  #isTold = false

  constructor({ clock, stderr }: Pick<Shell, 'clock' | 'stderr'>) {
    this.#clock = clock
    this.#stderr = stderr
  }

  /** Whether somebody cannot be reached right now. */
  get isOpen(): boolean {
    return [...this.#missing.values()].some(missing => !this.#isForgotten(missing))
  }

  /** Whether there is nobody at all who could be reached. */
  get isTotal(): boolean {
    return this.#isTotal
  }

  /** A first connection is about to be made. @param hosts where */
  begin(hosts: string): void {
    this.#timer = this.#clock.after(patienceMs, () => this.#lasts(`no answer from ${hosts} yet`))
  }

  see(event: ClientEvent): void {
    this.#forgetOld()
    if (event.type === 'connect-failed') this.#failed(addressIn(event.broker), event.error)
    else if (event.type === 'connected') this.#connected(addressIn(event.broker))
    else if (event.type === 'disconnected') this.#connections--
    else if (event.type === 'metadata') this.#learned(event.cluster)
  }

  /** Nothing is told any more. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #isForgotten({ at }: Missing): boolean {
    return this.#clock.monotonic() - at > forgottenMs
  }

  /** Where there is anybody who can be reached, the trouble is over with the last one that nobody misses. */
  #forgetOld(): void {
    const old = [...this.#missing].filter(([, missing]) => this.#isForgotten(missing))
    for (const [address] of old) this.#missing.delete(address)
    if (old.length === 0 || this.#missing.size > 0 || this.#isTotal) return
    this.#ends(`nobody asks for ${old.map(([address]) => address).join(', ')} any more`)
  }

  #failed(address: string, error: Error): void {
    const isNew = !this.isOpen && !this.#isTold
    this.#missing.set(address, { at: this.#clock.monotonic(), reason: shortReason(error) })
    this.#isTotal ||= this.#connections === 0
    if (isNew) this.#timer ??= this.#clock.after(patienceMs, () => this.#lasts())
  }

  #connected(address: string): void {
    this.#connections++
    this.#missing.delete(address)
    if (this.#isTotal) this.#missing.clear()
    this.#isTotal = false
    if (this.#missing.size === 0) this.#ends(`${address} answers`)
  }

  /** Who has left the cluster is not missed. */
  #learned({ brokers }: Cluster): void {
    if (this.#isTotal || !this.isOpen) return
    const known = new Set([...brokers.values()].map(addressOf))
    const gone = [...this.#missing.keys()].filter(address => !known.has(address))
    for (const address of gone) this.#missing.delete(address)
    if (this.#missing.size === 0) this.#ends(`the cluster goes on without ${gone.join(', ')}`)
  }

  #lasts(silence?: string): void {
    this.#timer = undefined
    const text = this.isOpen ? `${reasons(this.#missing)}, trying again` : silence
    if (text === undefined) return
    this.#isTold = true
    this.#stderr.write(`rx-kafka: ${text}\n`)
  }

  #ends(text: string): void {
    this.close()
    if (this.#isTold) this.#stderr.write(`rx-kafka: ${text}\n`)
    this.#isTold = false
  }
}

/** Each reason once, with all who gave it. */
function reasons(missing: ReadonlyMap<string, Missing>): string {
  const addresses = new Map<string, string[]>()
  for (const [address, { reason }] of missing)
    addresses.set(reason, [...(addresses.get(reason) ?? []), address])
  return [...addresses].map(([reason, who]) => `${who.join(', ')} ${reason}`).join('; ')
}

/** As the client writes it. */
function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** `host:port` of `broker 2 (host:port)` and `bootstrap host:port`. */
function addressIn(broker: string): string {
  return /\(([^)]+)\)$/.exec(broker)?.[1] ?? broker.replace(/^bootstrap /, '')
}
