import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** CreateTopics makes no topic. */
export const mutate = requestFields(Apis.CreateTopics, { validateOnly: () => true })

export const only = /^(cli|create-topics)\./
