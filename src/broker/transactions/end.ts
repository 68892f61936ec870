import type { ErrorName } from '../../protocol'
import { prepareEnd } from './prepare-end'
import { done, refused } from './reduced'
import { isEnding, isExhausted, type Transaction, type TransactionResult } from './transaction'
import type { EndEvent, Reduced } from './transaction-event'

/** What is over, and how. */
const outcome: Readonly<Partial<Record<Transaction['state'], TransactionResult>>> = {
  CompleteCommit: 'commit',
  CompleteAbort: 'abort',
}

/** EndTxn: the end is decided and answered; the markers follow. */
export function end(known: Transaction, event: EndEvent, now: number): Reduced {
  if (known.state === 'Dead') return refused(known, 'INVALID_PRODUCER_ID_MAPPING')
  return event.bumpsEpoch ? endWithBump(known, event, now) : endWithinEpoch(known, event, now)
}

/** Until version 4 of EndTxn a producer keeps its epoch, so that an end cannot be told from the same one again. */
function endWithinEpoch(known: Transaction, event: EndEvent, now: number): Reduced {
  const { producerId, producerEpoch, result } = event
  if (producerId !== known.producerId) return refused(known, 'INVALID_PRODUCER_ID_MAPPING')
  if (producerEpoch !== known.producerEpoch) return refused(known, 'PRODUCER_FENCED')
  if (isEnding(known)) return refused(known, 'CONCURRENT_TRANSACTIONS')
  if (known.state === 'Ongoing') return prepareEnd(known, { ...event, now })
  return outcome[known.state] === result ? done(known) : refused(known, 'INVALID_TXN_STATE')
}

/** From version 5 on each end has its epoch: who names the one before asks again for the last end. */
function endWithBump(known: Transaction, event: EndEvent, now: number): Reduced {
  if (isEnding(known)) return refused(known, 'CONCURRENT_TRANSACTIONS')
  const isRepeated = isSentAgain(known, event)
  const error = checkProducer(known, event, isRepeated)
  if (error !== undefined) return refused(known, error)
  if (known.state === 'Ongoing') return prepareEnd(known, { ...event, now })
  if (isRepeated)
    return outcome[known.state] === event.result ? done(known) : refused(known, 'INVALID_TXN_STATE')
  // A transaction without anything in it can be aborted: a producer may not know whether it had begun.
  return event.result === 'abort' ? prepareEnd(known, { ...event, now }) : refused(known, 'INVALID_TXN_STATE')
}

function isSentAgain(known: Transaction, { producerId, producerEpoch }: EndEvent): boolean {
  if (outcome[known.state] === undefined) return false
  if (producerId === known.producerId) return producerEpoch === known.producerEpoch - 1
  const wasLastOfId = isExhausted(producerEpoch) && known.producerEpoch === 0
  return producerId === known.previousProducerId && wasLastOfId
}

function checkProducer(
  known: Transaction,
  { producerId, producerEpoch }: EndEvent,
  isRepeated: boolean,
): ErrorName | undefined {
  if (isRepeated) return undefined
  if (producerId !== known.producerId) return 'INVALID_PRODUCER_ID_MAPPING'
  return producerEpoch === known.producerEpoch ? undefined : 'PRODUCER_FENCED'
}
