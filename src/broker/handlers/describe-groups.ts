import { Apis, errorCode } from '../../protocol'
import type { DescribedGroup } from '../groups'
import type { Release } from '../profile'
import type { Call } from './call'
import { groupRefusal } from './coordinated'
import { defineHandler } from './handler'

/** Since then a group that does not exist is an error (KIP-1043); before, it was Dead. */
const firstWithGroupIdNotFound = 6
const firstWithOperations = 3

/** All that can be done with a group, as a bit for each operation: 3 read, 6 delete, 8 describe, 10 and 11 configs. */
const allOperations: Readonly<Record<Release, number>> = { '4.3': 0b1101_0100_1000, '2.8': 0b0001_0100_1000 }
const notAskedFor = -2147483648

/** State and members of groups. */
export const describeGroups = defineHandler(Apis.DescribeGroups, {
  handle({ groups, includeAuthorizedOperations: withOperations }, call) {
    return { groups: groups.map(groupId => describe(groupId, withOperations, call)) }
  },

  refuse: ({ groups }, code) => ({ groups: groups.map(groupId => failure(groupId, code)) }),
})

function describe(groupId: string, withOperations: boolean, call: Call) {
  const refusal = groupRefusal(groupId, call)
  if (refusal) return failure(groupId, errorCode(refusal))
  const group = call.cluster.groups.describe(groupId)
  if (group.state === 'Dead' && call.version >= firstWithGroupIdNotFound)
    return {
      ...failure(groupId, errorCode('GROUP_ID_NOT_FOUND')),
      errorMessage: `Group ${groupId} not found.`,
      groupState: 'Dead',
    }
  const shown = withOperations && call.version >= firstWithOperations
  return {
    ...shape(groupId, group),
    authorizedOperations: shown ? allOperations[call.profile.release] : notAskedFor,
  }
}

function shape(groupId: string, { state, protocolType, protocolName, members }: DescribedGroup) {
  return {
    errorCode: 0,
    groupId,
    groupState: state,
    protocolType,
    protocolData: protocolName,
    members: members.map(({ memberId, instanceId, clientId, clientHost, metadata, assignment }) => ({
      memberId,
      groupInstanceId: instanceId,
      clientId,
      clientHost,
      memberMetadata: metadata,
      memberAssignment: assignment,
    })),
  }
}

const failure = (groupId: string, code: number) => ({
  errorCode: code,
  groupId,
  groupState: '',
  protocolType: '',
  protocolData: '',
  members: [],
})
