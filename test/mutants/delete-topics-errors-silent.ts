import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DeleteTopics never tells an error. */
export const mutate = silent(Apis.DeleteTopics)

export const only = /^(broker-settings|delete-topics)\./
