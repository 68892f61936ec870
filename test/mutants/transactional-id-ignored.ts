import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** InitProducerId gives a new id to everybody. */
export const mutate = requestFields(Apis.InitProducerId, { transactionalId: () => null })

export const only = /^transactions-init/
