import { toBigInt } from '../../kernel'
import { Apis, errorCode, type ErrorName } from '../../protocol'
import { transactionRefusal } from './coordinated'
import { defineHandler } from './handler'
import { fencedBefore } from './producer-fenced'

/** From this version on each transaction has an epoch of its own, and the answer names the next one (KIP-890). */
const firstWithNextEpoch = 5

/** Commits or aborts a transaction: answered once that is decided, before the markers are written. */
export const endTxn = defineHandler(Apis.EndTxn, {
  handle({ transactionalId, producerId, producerEpoch, committed }, call) {
    if (transactionalId === '') return refusal('INVALID_REQUEST')
    const refused = transactionRefusal(transactionalId, call)
    if (refused) return refusal(refused)
    const answer = call.cluster.transactions.end(transactionalId, {
      producerId: toBigInt(producerId),
      producerEpoch,
      result: committed ? 'commit' : 'abort',
      bumpsEpoch: call.version >= firstWithNextEpoch,
    })
    if (answer.error !== 'NONE') return refusal(fencedBefore('EndTxn', answer.error, call))
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      producerId: answer.producerId,
      producerEpoch: answer.producerEpoch,
    }
  },

  refuse: (_request, code) => ({ throttleTimeMs: 0, errorCode: code }),
})

const refusal = (error: ErrorName) => ({ throttleTimeMs: 0, errorCode: errorCode(error) })
