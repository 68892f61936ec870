import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Whoever asks for a topic gets it made, with leave or without. */
export const mutate = requestFields(Apis.Metadata, { allowAutoTopicCreation: () => true })

export const only = /^metadata/
