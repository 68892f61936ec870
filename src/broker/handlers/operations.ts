/** What everybody may do where nothing is forbidden, as bits of Kafka's operations (KIP-430). */
export const operations = { topic: 3576, cluster: 8096, group: 328 }

/** How answers say that it was not asked for. */
const notAsked = -2147483648

export function whenAsked(isAsked: boolean, bits: number): number {
  return isAsked ? bits : notAsked
}
