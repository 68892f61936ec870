import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** Members do not hear which protocol was chosen. */
export const mutate = all(
  answerFields(Apis.JoinGroup, { protocolName: () => 'none', protocolType: () => 'none' }),
  answerFields(Apis.SyncGroup, { protocolName: () => 'none', protocolType: () => 'none' }),
)

export const only = /^(group-join|membership)\./
