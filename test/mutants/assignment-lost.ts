import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Members get no assignment. */
export const mutate = answerFields(Apis.SyncGroup, { assignment: () => Buffer.alloc(0) })

export const only = /^(group-rebalance|group-sync|membership)\./
