import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** All configs are described whichever were asked for. */
export const mutate = requestFields(Apis.DescribeConfigs, { configurationKeys: () => null })

export const only = /^describe-configs\./
