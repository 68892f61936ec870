import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Produce with acks 0 is answered. */
export const mutate = requestFields(Apis.Produce, { acks: (acks: number) => (acks === 0 ? 1 : acks) })

export const only = /^produce\./
