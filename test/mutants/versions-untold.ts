import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** ApiVersions names one version of each API too few. */
export const mutate = answerFields(Apis.ApiVersions, { maxVersion: (version: number) => version - 1 })

export const only = /^api-versions\./
