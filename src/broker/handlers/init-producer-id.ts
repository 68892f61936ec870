import { toBigInt } from '../../kernel'
import { Apis, errorCode } from '../../protocol'
import { defineHandler } from './handler'

/** An id for an idempotent producer. Transactional ids have no coordinator here yet. */
export const initProducerId = defineHandler(Apis.InitProducerId, {
  handle({ transactionalId, producerId, producerEpoch }, { broker, cluster }) {
    if (transactionalId === '') return refusal(errorCode('INVALID_REQUEST'))
    if (transactionalId !== null) return refusal(errorCode('COORDINATOR_NOT_AVAILABLE'))
    // KIP-360: both or neither; without a transactional id they only mean that a new id is wanted.
    if ((toBigInt(producerId) === -1n) !== (producerEpoch === -1))
      return refusal(errorCode('INVALID_REQUEST'))
    const id = cluster.producerIds.take(broker.id)
    if (id === undefined) return refusal(errorCode('COORDINATOR_LOAD_IN_PROGRESS'))
    return { throttleTimeMs: 0, errorCode: 0, producerId: id, producerEpoch: 0 }
  },

  refuse: (_request, code) => refusal(code),
})

function refusal(code: number) {
  return { throttleTimeMs: 0, errorCode: code, producerId: -1n, producerEpoch: -1 }
}
