import type { ProducerState, TransactionMarker } from './producer-state'
import { refuse, type Refusal } from './refusal'

/** Judges the end of a transaction by what the log knows of its producer; undefined when it may be appended. */
export function checkMarker(
  producer: ProducerState | undefined,
  { producerEpoch, coordinatorEpoch }: TransactionMarker,
): Refusal | undefined {
  if (producer === undefined) return undefined
  if (producerEpoch < producer.epoch)
    return refuse(
      'INVALID_PRODUCER_EPOCH',
      `epoch ${producerEpoch}, where the log has seen ${producer.epoch}`,
    )
  if (coordinatorEpoch < producer.coordinatorEpoch)
    return refuse(
      'TRANSACTION_COORDINATOR_FENCED',
      `coordinator epoch ${coordinatorEpoch}, where the log has seen ${producer.coordinatorEpoch}`,
    )
  return undefined
}
