import { refused } from './reduced'
import type { TransactionSettings } from './settings'
import { isExhausted, noEpoch, noProducerId, type Transaction, type TransactionResult } from './transaction'
import type { Reduced } from './transaction-event'

/** How an end begins. */
interface Ending {
  readonly result: TransactionResult
  /** Whether the producer has another epoch from then on, which the markers bear already (KIP-890). */
  readonly bumpsEpoch: boolean
  readonly newProducerId: bigint | undefined
  readonly now: number
}

/** It is decided how the transaction ends; the answer names the producer as it will be when the markers are written. */
export function prepareEnd(known: Transaction, { result, bumpsEpoch, newProducerId, now }: Ending): Reduced {
  const { producerId, producerEpoch, partitions } = known
  const needsId = bumpsEpoch && isExhausted(producerEpoch)
  if (needsId && newProducerId === undefined) return refused(known, 'COORDINATOR_LOAD_IN_PROGRESS')
  const epoch = bumpsEpoch ? producerEpoch + 1 : producerEpoch
  const state: Transaction = {
    ...known,
    state: result === 'commit' ? 'PrepareCommit' : 'PrepareAbort',
    producerEpoch: epoch,
    lastProducerEpoch: bumpsEpoch ? producerEpoch : known.lastProducerEpoch,
    nextProducerId: needsId ? newProducerId! : noProducerId,
    // An end without a beginning: only an abort can be that.
    startedAt: known.state === 'Ongoing' ? known.startedAt : now,
    updatedAt: now,
  }
  const after = needsId
    ? { producerId: newProducerId!, producerEpoch: 0 }
    : { producerId, producerEpoch: epoch }
  const producer = { producerId, producerEpoch: epoch }
  return {
    state,
    answer: { error: 'NONE', ...after },
    effects: [{ type: 'write-markers', result, producer, partitions }],
  }
}

/** All markers are written: the next transaction may begin, under the next id if there is one. */
export function completeEnd(known: Transaction, now: number): Transaction {
  const ended: Transaction = {
    ...known,
    state: known.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    partitions: [],
    updatedAt: now,
  }
  const { producerId, nextProducerId } = known
  if (nextProducerId === noProducerId) return ended
  return {
    ...ended,
    producerId: nextProducerId,
    producerEpoch: 0,
    previousProducerId: producerId,
    nextProducerId: noProducerId,
  }
}

/** What the coordinator aborts by itself: its producer is fenced, whatever version it speaks. */
export function abortByCoordinator(
  known: Transaction,
  newProducerId: bigint | undefined,
  now: number,
  { bumpsEpochs }: TransactionSettings,
): Reduced {
  if (bumpsEpochs) return prepareEnd(known, { result: 'abort', bumpsEpoch: true, newProducerId, now })
  const fenced = { ...known, producerEpoch: known.producerEpoch + 1, lastProducerEpoch: noEpoch }
  return prepareEnd(fenced, { result: 'abort', bumpsEpoch: false, newProducerId, now })
}

/** Another instance of the producer begins while its transaction goes on: that is aborted before it gets its epoch. */
export function abortForNewcomer(
  known: Transaction,
  { newProducerId }: { readonly newProducerId: bigint | undefined },
  now: number,
  settings: TransactionSettings,
): Reduced {
  const { state, effects } = abortByCoordinator(known, newProducerId, now, settings)
  return { ...refused(state, 'CONCURRENT_TRANSACTIONS'), effects }
}
