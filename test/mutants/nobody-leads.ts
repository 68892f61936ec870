import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Members do not hear who leads. */
export const mutate = answerFields(Apis.JoinGroup, { leader: () => '' })

export const only = /^(group-join|group-leave)\./
