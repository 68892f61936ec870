import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** All producers get one id. */
export const mutate = answerFields(Apis.InitProducerId, { producerId: () => 1n })

export const brokers = 3

export const only = /^(idempotence|init-producer-id)\./
