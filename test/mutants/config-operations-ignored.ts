import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Every change of a config sets it. */
export const mutate = requestFields(Apis.IncrementalAlterConfigs, { configOperation: () => 0 })

export const only = /^alter-configs\./
