import { Apis } from '../../src/protocol'
import { all, requestFields } from '../support/mutants'

/** Configs are changed where they should only be checked. */
export const mutate = all(
  requestFields(Apis.AlterConfigs, { validateOnly: () => false }),
  requestFields(Apis.IncrementalAlterConfigs, { validateOnly: () => false }),
)

export const only = /^alter-configs\./
