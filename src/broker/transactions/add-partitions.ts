import type { ErrorName } from '../../protocol'
import { done, refused } from './reduced'
import { isEnding, isIn, type ProducerIdentity, type Transaction } from './transaction'
import type { AddEvent, Reduced, VerifyEvent } from './transaction-event'

/** Partitions become part of the transaction, which begins with the first of them. */
export function addPartitions(known: Transaction, event: AddEvent, now: number): Reduced {
  const error = checkProducer(known, event)
  if (error !== undefined) return refused(known, error)
  const isOngoing = known.state === 'Ongoing'
  const added = event.partitions.filter(partition => !isIn(known, partition))
  if (isOngoing && added.length === 0) return done(known)
  return done({
    ...known,
    state: 'Ongoing',
    partitions: [...known.partitions, ...added],
    startedAt: isOngoing ? known.startedAt : now,
    updatedAt: now,
  })
}

/** Whether a partition is part of the transaction. */
export function verify(known: Transaction, event: VerifyEvent): Reduced {
  const error = checkProducer(known, event)
  if (error !== undefined) return refused(known, error)
  return isIn(known, event.partition) ? done(known) : refused(known, 'TRANSACTION_ABORTABLE')
}

/** What is wrong with who asks, in the order in which Kafka looks. */
function checkProducer(
  known: Transaction,
  { producerId, producerEpoch }: ProducerIdentity,
): ErrorName | undefined {
  if (known.state === 'Dead') return 'INVALID_PRODUCER_ID_MAPPING'
  if (isEnding(known)) return 'CONCURRENT_TRANSACTIONS'
  if (producerId !== known.producerId) return 'INVALID_PRODUCER_ID_MAPPING'
  return producerEpoch === known.producerEpoch ? undefined : 'PRODUCER_FENCED'
}
