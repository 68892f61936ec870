import { ArgumentError } from '../kernel'
import { hostsFirst } from './foreign-options'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** `"a,b:9093"`, `"[::1]:9092"`, arrays of such, or of `{ host, port }`. */
export type Hosts = string | readonly (string | { readonly host: string; readonly port?: number })[]

const defaultPort = 9092
const argument = 'client hosts'
const expected = 'host, host:port or [ipv6]:port, comma-separated or in an array'

/** The bootstrap hosts, without doubles, in the given order. Port 9092 unless said. */
export function parseHosts(given: Hosts): readonly HostPort[] {
  const parts: readonly unknown[] =
    typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : [given]
  const hosts = parts.map(part => (typeof part === 'string' ? parseHost(part) : checkHost(part)))
  if (hosts.length === 0) throw new ArgumentError(argument, given, expected)
  const unique = new Map(hosts.map(host => [`${host.host}\0${host.port}`, host]))
  return [...unique.values()]
}

const bracketed = /^\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\](?::(\d+))?$/
const named = /^([^\s:[\]/@]+)(?::(\d+))?$/

function parseHost(given: string): HostPort {
  const trimmed = given.trim()
  const match = bracketed.exec(trimmed) ?? named.exec(trimmed)
  if (match)
    return {
      host: match[1]!,
      port: match[2] === undefined ? defaultPort : checkPort(Number(match[2]), given),
    }
  if (trimmed.includes('://')) throw new ArgumentError(argument, given, `${expected}, without a scheme`)
  if (/^[0-9A-Fa-f:.]+$/.test(trimmed) && trimmed.includes('::')) {
    throw new ArgumentError(argument, given, 'IPv6 addresses in brackets, such as [::1]:9092')
  }
  throw new ArgumentError(argument, given, expected)
}

function checkHost(given: unknown): HostPort {
  if (typeof given !== 'object' || given === null) throw new ArgumentError(argument, given, expected)
  const { host, port = defaultPort } = given as { host?: unknown; port?: unknown }
  if (!('host' in given || 'port' in given)) throw new ArgumentError(argument, given, hostsFirst)
  return { host: checkName(host), port: checkPort(port, port) }
}

const ipv6 = /^[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?$/
const plainName = /^[^\s:[\]/@]+$/

function checkName(given: unknown): string {
  const name = typeof given === 'string' ? given.trim().replace(/^\[(.*)\]$/, '$1') : ''
  if (plainName.test(name) || ipv6.test(name)) return name
  const expected = name.includes(':') ? 'a host name without port; give the port beside it' : 'a host name'
  throw new ArgumentError(`${argument}: host`, given, expected)
}

function checkPort(port: unknown, given: unknown): number {
  if (Number.isInteger(port) && (port as number) > 0 && (port as number) < 65536) return port as number
  throw new ArgumentError(`${argument}: port`, given, 'a port from 1 to 65535')
}

/** As people write it, IPv6 in brackets. */
export function formatHost({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
