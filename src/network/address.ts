/** Where a broker listens: a name or an IP address, and a port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** As people write it, IPv6 in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
