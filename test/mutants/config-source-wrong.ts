import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Every config comes from its topic, and nothing is secret or fixed. */
export const mutate = answerFields(Apis.DescribeConfigs, {
  configSource: () => 1,
  isDefault: () => false,
  isSensitive: () => false,
  readOnly: () => false,
})

export const only = /^describe-configs\./
