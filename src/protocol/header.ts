import { defineLayout, type Api, type Layout, type Read, type Side } from './api'
import { int16, int32, string } from './field'
import { isFlexible } from './version'

/** Precedes every request. Version 0 has no client id; only an API that no client calls uses it. */
export const RequestHeader = defineLayout({
  name: 'RequestHeader',
  versions: [1, 2],
  flexible: 2,
  fields: {
    requestApiKey: int16,
    requestApiVersion: int16,
    correlationId: int32,
    clientId: string.since(1).nullable().rigid(),
  },
})
export type RequestHeader = Read<typeof RequestHeader.fields>

/** Precedes every response. */
export const ResponseHeader = defineLayout({
  name: 'ResponseHeader',
  versions: [0, 1],
  flexible: 1,
  fields: { correlationId: int32 },
})
export type ResponseHeader = Read<typeof ResponseHeader.fields>

/** The header that precedes the messages of one side. */
export function headerLayout(side: Side): Layout {
  return side === 'request' ? RequestHeader : ResponseHeader
}

const apiVersionsKey = 18

/**
 * Which header a message of this API and version has. The ApiVersions response keeps header 0 for ever, so that
 * a client can read it whatever the broker knows (KIP-511).
 */
export function headerVersion(api: Api, version: number, side: Side): number {
  const flexible = isFlexible(api.flexible, version)
  if (side === 'request') return flexible ? 2 : 1
  return flexible && api.key !== apiVersionsKey ? 1 : 0
}
