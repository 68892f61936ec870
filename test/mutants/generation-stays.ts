import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** All generations have one number. */
export const mutate = answerFields(Apis.JoinGroup, { generationId: (id: number) => Math.min(id, 1) })

export const only = /^(group-leave|group-sync)\./
