import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Nobody gets a topic by asking for it. */
export const mutate = requestFields(Apis.Metadata, { allowAutoTopicCreation: () => false })

export const only = /^metadata\./
