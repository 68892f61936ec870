import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** InitProducerId never tells an error. */
export const mutate = silent(Apis.InitProducerId)

export const only = /^(idempotence|init-producer-id)\./
