import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ListConfigResources lists nothing, and tells no error. */
export const mutate = answerFields(Apis.ListConfigResources, {
  errorCode: () => 0,
  configResources: () => [],
})

export const only = /^describe-configs\./
