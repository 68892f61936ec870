import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** Heartbeat and LeaveGroup never tell an error. */
export const mutate = silent(Apis.Heartbeat, Apis.LeaveGroup)

export const only = /^(group-leave|group-rebalance|group-static)\./
