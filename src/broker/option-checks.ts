import { ArgumentError } from '../kernel'
import type { MemoryNetwork, TlsServerOptions } from '../network'
import { brokerConfigNames, nearestName } from './configs'

export const lastPort = 65_535

/** These answer the value when it will do, and undefined when not. */
export function portNumber(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= lastPort
    ? (value as number)
    : undefined
}

export function wholeFromOne(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 1 ? (value as number) : undefined
}

const name = /^[^\s:/@[\]]+$/
const ipv6 = /^[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*$/
/** However it is written: `::`, `::0`, `0`, `::ffff:0.0.0.0`. */
const allAddresses = /^(0+(\.0+){0,3}|[0:]*:[0:]*|::(ffff:)?0\.0\.0\.0)$/i

/** Whether it stands for all addresses of a machine: to listen on, but not to connect to. */
export function isAllAddresses(host: string): boolean {
  return allAddresses.test(host)
}

/** A name or an address; none that stands for all addresses of a machine. */
export function hostToTell(value: unknown): string | undefined {
  if (typeof value !== 'string' || isAllAddresses(value)) return undefined
  return name.test(value) || ipv6.test(value) ? value : undefined
}

/**
 * ArgumentError for configs that no broker of Kafka's has: one that is misspelt would have no effect, and nobody would
 * notice.
 */
export function checkConfigNames(owner: string, config: object): void {
  for (const name of Object.keys(config)) {
    if (brokerConfigNames.includes(name)) continue
    const meant = nearestName(name, brokerConfigNames)
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
    throw new ArgumentError(owner, name, `names of configs that Kafka's brokers have${hint}`)
  }
}

/** Without a certificate every handshake would fail. */
export function tlsServer(value: unknown): TlsServerOptions | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const options = value as TlsServerOptions
  const { key, cert, pfx, secureContext, SNICallback } = options
  const isEnough = [key && cert, pfx, secureContext, SNICallback].some(given => given !== undefined)
  return isEnough ? options : undefined
}

/** By its shape: a cluster needs no more of it than these. */
export function memoryNetwork(value: unknown): MemoryNetwork | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { dial, listen, lookup, clock }: Partial<MemoryNetwork> = value
  const isNetwork = [dial, listen, lookup].every(member => typeof member === 'function')
  return isNetwork && typeof clock === 'object' ? (value as MemoryNetwork) : undefined
}
