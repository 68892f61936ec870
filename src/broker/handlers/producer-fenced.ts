import type { ErrorName } from '../../protocol'
import type { Call } from './call'

/** From which version on clients of an API know PRODUCER_FENCED (KIP-588). */
const knownSince = { InitProducerId: 4, AddPartitionsToTxn: 2, AddOffsetsToTxn: 2, EndTxn: 2 } as const

/** The error as this version of the API tells it: before, a producer that was fenced had an invalid epoch. */
export function fencedBefore(api: keyof typeof knownSince, error: ErrorName, { version }: Call): ErrorName {
  return error === 'PRODUCER_FENCED' && version < knownSince[api] ? 'INVALID_PRODUCER_EPOCH' : error
}
