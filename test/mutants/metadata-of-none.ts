import { Apis } from '../../src/protocol'
import { requestOf } from '../support/mutants'

/** Who asks for all topics gets none. */
export const mutate = requestOf(Apis.Metadata, request => ({ ...request, topics: request.topics ?? [] }))

export const only = /^(metadata|client|cli|create|delete)/
