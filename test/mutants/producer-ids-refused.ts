import { Apis, errorCode } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** Nobody may have a producer id. */
export const mutate = handlerOf(Apis.InitProducerId, () => ({
  throttleTimeMs: 0,
  errorCode: errorCode('CLUSTER_AUTHORIZATION_FAILED'),
  producerId: -1n,
  producerEpoch: -1,
}))

export const brokers = [1, 3]

export const only = /^(consumer-leader-move|examples|producer|send-all)\./
