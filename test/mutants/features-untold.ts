import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ApiVersions names no features. */
export const mutate = answerFields(Apis.ApiVersions, {
  supportedFeatures: () => [],
  finalizedFeatures: () => [],
  finalizedFeaturesEpoch: () => -1n,
})

export const only = /^api-versions\./
