import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Who names no config gets none. */
export const mutate = requestFields(Apis.DescribeConfigs, {
  configurationKeys: (keys: readonly string[] | null) => (keys?.length === 0 ? ['nothing'] : keys),
})

export const only = /^describe-configs\./
