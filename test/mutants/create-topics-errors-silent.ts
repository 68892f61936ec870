import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** CreateTopics never tells an error. */
export const mutate = silent(Apis.CreateTopics)

export const only = /^create-topics\./
