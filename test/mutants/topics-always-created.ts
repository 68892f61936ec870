import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Who asks for a topic makes it, whether or not. */
export const mutate = requestFields(Apis.Metadata, { allowAutoTopicCreation: () => true })

export const only = /^(metadata|broker-settings|producer)/
