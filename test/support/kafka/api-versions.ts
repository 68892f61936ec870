import { ask, type Address } from './wire'

export interface ApiRange {
  readonly min: number
  readonly max: number
}

/** What a broker serves, by API key. */
export type ApiRanges = ReadonlyMap<number, ApiRange>

const apiVersions = 18

/** Asks a broker of Kafka 0.10 or newer what it serves; older ones close the connection or never answer. */
export async function askApiVersions(address: Address): Promise<ApiRanges> {
  const reader = await ask(address, { apiKey: apiVersions, apiVersion: 0, body: Buffer.alloc(0) }, 2_000)
  const error = reader.int16()
  if (error !== 0) throw new Error(`ApiVersions v0 to ${address.host}:${address.port}: error ${error}`)
  return new Map(reader.array(() => [reader.int16(), { min: reader.int16(), max: reader.int16() }] as const))
}
