import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Configs are described without synonyms, types and words. */
export const mutate = answerFields(Apis.DescribeConfigs, {
  synonyms: () => [],
  configType: () => 0,
  documentation: () => null,
})

export const only = /^describe-configs\./
