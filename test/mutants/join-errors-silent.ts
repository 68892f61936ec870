import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** JoinGroup and SyncGroup never tell an error. */
export const mutate = silent(Apis.JoinGroup, Apis.SyncGroup)

export const only = /^(group-join|group-static|group-timers)\./
