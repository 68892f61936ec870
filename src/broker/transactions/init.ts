import { abortForNewcomer } from './prepare-end'
import { done, refused } from './reduced'
import type { TransactionSettings } from './settings'
import {
  isEnding,
  isExhausted,
  noEpoch,
  noProducerId,
  type ProducerIdentity,
  type Transaction,
} from './transaction'
import type { InitEvent, Reduced } from './transaction-event'

/**
 * InitProducerId: a new epoch, which fences every older instance of the producer; a new id where the epochs of the
 * old one are exhausted. What goes on is aborted first, and the producer has to ask again.
 */
export function init(
  known: Transaction,
  event: InitEvent,
  now: number,
  settings: TransactionSettings,
): Reduced {
  if (isEnding(known)) return refused(known, 'CONCURRENT_TRANSACTIONS')
  const { expected, newProducerId, timeoutMs } = event
  if (known.state === 'Dead' && newProducerId === undefined)
    return refused(known, 'COORDINATOR_LOAD_IN_PROGRESS')
  const before = known.state === 'Dead' ? { ...known, producerId: newProducerId! } : known
  if (expected !== undefined && !mayBe(before, expected)) return refused(known, 'PRODUCER_FENCED')
  if (before.state === 'Ongoing') return abortForNewcomer(before, event, now, settings)
  const begun: Transaction = {
    ...before,
    state: 'Empty',
    previousProducerId: noProducerId,
    timeoutMs,
    partitions: [],
    startedAt: -1,
    updatedAt: now,
  }
  const mayRotate = expected === undefined || expected.producerEpoch === before.producerEpoch
  if (isExhausted(before.producerEpoch) && mayRotate) return rotate(known, begun, event)
  return bump(known, begun, expected)
}

/**
 * Whether somebody is who it says, as far as the id goes: the present id, or the one before it whose epochs were
 * exhausted, in case the answer with the present one was lost. Of an id that is new whoever asks first takes it.
 */
function mayBe(transaction: Transaction, { producerId, producerEpoch }: ProducerIdentity): boolean {
  if (transaction.producerEpoch === noEpoch || producerId === transaction.producerId) return true
  return producerId === transaction.previousProducerId && isExhausted(producerEpoch)
}

function rotate(known: Transaction, begun: Transaction, { newProducerId, expected }: InitEvent): Reduced {
  if (newProducerId === undefined) return refused(known, 'COORDINATOR_LOAD_IN_PROGRESS')
  return done({
    ...begun,
    producerId: newProducerId,
    producerEpoch: 0,
    previousProducerId: expected === undefined ? noProducerId : known.producerId,
    lastProducerEpoch: expected === undefined ? noEpoch : known.producerEpoch,
  })
}

/** Who names the epoch before the present one asks again for what it was answered already. */
function bump(known: Transaction, begun: Transaction, expected: ProducerIdentity | undefined): Reduced {
  const { producerEpoch, lastProducerEpoch } = begun
  // What Kafka stumbles over.
  if (isExhausted(producerEpoch)) return refused(known, 'UNKNOWN_SERVER_ERROR')
  const bumped = { ...begun, producerEpoch: producerEpoch + 1 }
  if (expected === undefined) return done({ ...bumped, lastProducerEpoch: noEpoch })
  if (producerEpoch === noEpoch || expected.producerEpoch === producerEpoch)
    return done({ ...bumped, lastProducerEpoch: producerEpoch })
  return expected.producerEpoch === lastProducerEpoch ? done(begun) : refused(known, 'PRODUCER_FENCED')
}
