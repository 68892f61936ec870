import type { TopicPartition } from '../../kernel'
import type { ErrorName } from '../../protocol'
import type { ProducerIdentity } from '../transactions'
import type { Call } from './call'

/** What a version of Produce or TxnOffsetCommit is to transactions (KIP-890). */
export interface Admission {
  /** Partitions become part of the transaction now; else they have to be. */
  readonly adds: boolean
  /** The client knows TRANSACTION_ABORTABLE. */
  readonly knowsAbortable: boolean
}

/** Whether the coordinator is asked at all. */
export function isVerified({ profile, cluster }: Call): boolean {
  return profile.verifiesTransactions && cluster.config.flag('transaction.partition.verification.enable')
}

/**
 * Asks the coordinator, as the broker does that leads partitions, whether a transaction may write to them: what is
 * wrong with each, undefined where nothing is.
 */
export function admit(
  transactionalId: string,
  producer: ProducerIdentity,
  partitions: readonly TopicPartition[],
  how: Admission,
  call: Call,
): readonly (ErrorName | undefined)[] {
  if (!isVerified(call)) return partitions.map(() => undefined)
  const refused = refusalOf(transactionalId, call)
  if (refused) return partitions.map(() => refused)
  const { transactions } = call.cluster
  if (how.adds) {
    const error = toldAs(transactions.add(transactionalId, producer, partitions), how)
    return partitions.map(() => error)
  }
  return partitions.map(partition => toldAs(transactions.verify(transactionalId, producer, partition), how))
}

function refusalOf(transactionalId: string, { cluster }: Call): ErrorName | undefined {
  if (transactionalId === '') return 'INVALID_REQUEST'
  cluster.needCoordinators('transaction')
  const { leader } = cluster.coordinators.partitionFor('transaction', transactionalId)!
  if (leader === -1) return 'COORDINATOR_NOT_AVAILABLE'
  return cluster.coordinators.refusal('transaction', transactionalId, leader)
}

/** Who writes hears of epochs where its coordinator would say that it is fenced. */
function toldAs(error: ErrorName, { knowsAbortable }: Admission): ErrorName | undefined {
  if (error === 'NONE') return undefined
  if (error === 'PRODUCER_FENCED') return 'INVALID_PRODUCER_EPOCH'
  return error === 'TRANSACTION_ABORTABLE' && !knowsAbortable ? 'INVALID_TXN_STATE' : error
}
