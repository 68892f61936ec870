import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** A producer that asks again gets the same epoch. */
export const mutate = answerFields(Apis.InitProducerId, { producerEpoch: () => 0 })

export const only = /^init-producer-id\./
