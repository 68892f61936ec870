import { lookup } from 'node:dns/promises'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** All addresses of a name, in the order in which they are to be tried. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>

/** The operating system's answer, in its order. */
export const systemLookup: Lookup = async host => {
  const found = await lookup(host, { all: true, verbatim: true })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}
