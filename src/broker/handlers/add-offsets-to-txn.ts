import { toBigInt } from '../../kernel'
import { Apis, errorCode, type ErrorName } from '../../protocol'
import { transactionRefusal } from './coordinated'
import { defineHandler } from './handler'
import { fencedBefore } from './producer-fenced'

/** Makes what a group commits part of a transaction: the partition that its coordinator keeps it in. */
export const addOffsetsToTxn = defineHandler(Apis.AddOffsetsToTxn, {
  handle({ transactionalId, producerId, producerEpoch, groupId }, call) {
    if (transactionalId === '') return verdict('INVALID_REQUEST')
    const refused = transactionRefusal(transactionalId, call)
    if (refused) return verdict(refused)
    const { transactions, coordinators } = call.cluster
    call.cluster.needCoordinators('group')
    const partition = coordinators.placeOf('group', groupId)!
    const producer = { producerId: toBigInt(producerId), producerEpoch }
    const error = transactions.add(transactionalId, producer, [partition])
    return verdict(fencedBefore('AddOffsetsToTxn', error, call))
  },

  refuse: (_request, code) => ({ throttleTimeMs: 0, errorCode: code }),
})

const verdict = (error: ErrorName) => ({ throttleTimeMs: 0, errorCode: errorCode(error) })
