import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** DescribeGroups names no members. */
export const mutate = answerFields(Apis.DescribeGroups, {
  members: () => [],
  protocolType: () => '',
  protocolData: () => '',
})

export const only = /^describe-groups\./
