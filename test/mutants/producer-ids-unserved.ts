import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** ApiVersions does not name InitProducerId. */
export const mutate = answerOf(Apis.ApiVersions, answer => ({
  ...answer,
  apiKeys: answer.apiKeys.filter(({ apiKey }) => apiKey !== Apis.InitProducerId.key),
}))

export const only = /^producer\./
