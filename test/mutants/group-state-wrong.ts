import { Apis } from '../../src/protocol'
import { all, answerFields } from '../support/mutants'

/** Every group is Stable. */
export const mutate = all(
  answerFields(Apis.DescribeGroups, { groupState: () => 'Stable', errorCode: () => 0 }),
  answerFields(Apis.ListGroups, { groupState: () => 'Stable' }),
)

export const only = /^describe-groups\./
