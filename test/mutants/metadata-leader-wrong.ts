import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Metadata names a leader that is none. */
export const mutate = answerFields(Apis.Metadata, { leaderId: (leader: number) => leader + 1 })

export const brokers = 3

export const only = /^leader-epochs\./
