import type { ErrorName } from '../../protocol'
import { noEpoch, noProducerId, type ProducerIdentity, type Transaction } from './transaction'
import type { Reduced } from './transaction-event'

const nobody: ProducerIdentity = { producerId: noProducerId, producerEpoch: noEpoch }

/** Nothing changes. */
export function refused(state: Transaction, error: ErrorName): Reduced {
  return { state, answer: { error, ...nobody }, effects: [] }
}

/** It is so now, or was already; the answer names the producer. */
export function done(state: Transaction, { producerId, producerEpoch }: ProducerIdentity = state): Reduced {
  return { state, answer: { error: 'NONE', producerId, producerEpoch }, effects: [] }
}
