import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** Changes of configs never tell an error. */
export const mutate = silent(Apis.AlterConfigs, Apis.IncrementalAlterConfigs)

export const only = /^alter-configs\./
