import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** The leader is not told who is in the group. */
export const mutate = answerFields(Apis.JoinGroup, { members: () => [] })

export const only = /^(group-leave|group-static)\./
