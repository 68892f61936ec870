import { Apis } from '../../src/protocol'
import { all, requestFields } from '../support/mutants'

/** Changes of configs are lost. */
export const mutate = all(
  requestFields(Apis.AlterConfigs, { validateOnly: () => true }),
  requestFields(Apis.IncrementalAlterConfigs, { validateOnly: () => true }),
)

export const only = /^broker-settings\./
