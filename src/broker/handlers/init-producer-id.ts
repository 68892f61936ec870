import { toBigInt } from '../../kernel'
import { Apis, errorCode } from '../../protocol'
import { defineHandler } from './handler'

const maxEpoch = 0x7fff

/** An id for an idempotent producer. */
export const initProducerId = defineHandler(Apis.InitProducerId, {
  handle({ transactionalId, producerId, producerEpoch }, { cluster }) {
    if (transactionalId !== null) return refusal(errorCode('COORDINATOR_NOT_AVAILABLE'))
    const known = toBigInt(producerId)
    // KIP-360: the producer had doubts and wants a new epoch. Without transactions Kafka gives a new id instead.
    if (known >= 0n !== producerEpoch >= 0 || producerEpoch > maxEpoch)
      return refusal(errorCode('INVALID_REQUEST'))
    return { throttleTimeMs: 0, errorCode: 0, producerId: cluster.newProducerId(), producerEpoch: 0 }
  },

  refuse: (_request, code) => refusal(code),
})

function refusal(code: number) {
  return { throttleTimeMs: 0, errorCode: code, producerId: -1n, producerEpoch: -1 }
}
