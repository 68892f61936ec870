import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Whatever a producer wants, its transactions may take a second. */
export const mutate = requestFields(Apis.InitProducerId, { transactionTimeoutMs: () => 1000 })

export const only = /^transactions-(init|listing)/
