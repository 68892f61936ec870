import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Fetch tells a last stable offset of 0. */
export const mutate = answerFields(Apis.Fetch, { lastStableOffset: () => 0n })

export const only = /^fetch\./
