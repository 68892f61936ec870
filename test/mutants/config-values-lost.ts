import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Configs are described without values. */
export const mutate = answerFields(Apis.DescribeConfigs, { value: () => null })

export const only = /^create-topics\./
