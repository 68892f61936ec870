import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ApiVersions names what only brokers say to each other. */
export const mutate = answerFields(Apis.ApiVersions, {
  apiKeys: (keys: readonly unknown[]) => [...keys, { apiKey: 7, minVersion: 0, maxVersion: 0 }],
})

export const only = /^api-versions\./
