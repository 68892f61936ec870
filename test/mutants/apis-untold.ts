import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ApiVersions does not name the first API. */
export const mutate = answerFields(Apis.ApiVersions, { apiKeys: (keys: readonly unknown[]) => keys.slice(1) })

export const only = /^api-versions\./
