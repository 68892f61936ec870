import { byTopic } from '../../kernel'
import { Apis, errorCode, type ErrorName } from '../../protocol'
import type { Transaction } from '../transactions'
import type { Call } from './call'
import { transactionRefusal } from './coordinated'
import { defineHandler } from './handler'

/** What coordinators know of transactional ids (KIP-664). */
export const describeTransactions = defineHandler(Apis.DescribeTransactions, {
  handle: ({ transactionalIds }, call) => ({
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map(id => describe(id, call)),
  }),

  refuse: ({ transactionalIds }, code) => ({
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map(transactionalId => ({
      ...nothing(transactionalId),
      errorCode: code,
    })),
  }),
})

function describe(transactionalId: string, call: Call) {
  const error = refusalOf(transactionalId, call)
  if (error) return { ...nothing(transactionalId), errorCode: errorCode(error) }
  const transaction = call.cluster.transactions.get(transactionalId)
  if (transaction) return fieldsOf(transaction)
  return { ...nothing(transactionalId), errorCode: errorCode('TRANSACTIONAL_ID_NOT_FOUND') }
}

function refusalOf(transactionalId: string, call: Call): ErrorName | undefined {
  return transactionalId === '' ? 'INVALID_REQUEST' : transactionRefusal(transactionalId, call)
}

function fieldsOf({ transactionalId, state, timeoutMs, startedAt, ...transaction }: Transaction) {
  const { producerId, producerEpoch, partitions } = transaction
  return {
    errorCode: 0,
    transactionalId,
    transactionState: state,
    transactionTimeoutMs: timeoutMs,
    transactionStartTimeMs: startedAt,
    producerId,
    producerEpoch,
    topics: [...byTopic(partitions)].map(([topic, several]) => ({
      topic,
      partitions: several.map(({ partition }) => partition),
    })),
  }
}

const nothing = (transactionalId: string) => ({
  errorCode: 0,
  transactionalId,
  transactionState: '',
  transactionTimeoutMs: 0,
  transactionStartTimeMs: 0,
  producerId: 0n,
  producerEpoch: 0,
  topics: [],
})
