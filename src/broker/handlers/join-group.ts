import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { JoinAnswer } from '../groups'
import type { Call } from './call'
import { memberRefusal } from './coordinated'
import { defineHandler } from './handler'

type Request = ReceivedRequestOf<typeof Apis.JoinGroup>

/** Since then somebody new has to come back with the member id that it is given (KIP-394). */
const firstWithRequiredMemberId = 4
const firstWithNullProtocol = 7
/** Since then a leader can be told to leave the assignment as it is (KIP-814). */
const firstWithSkipAssignment = 9

/** Become a member of a group; held until the next generation begins. */
export const joinGroup = defineHandler(Apis.JoinGroup, {
  async handle(request, call) {
    const refusal = memberRefusal(request.groupId, call)
    if (refusal) return noGeneration(errorCode(refusal), '', call)
    return answerOf(await call.cluster.groups.join(questionOf(request, call)), call)
  },

  refuse: (_request, code, call) => noGeneration(code, '', call),
})

function questionOf(request: Request, { version, clientId, clientHost }: Call) {
  const { groupId, memberId, sessionTimeoutMs, protocolType } = request
  return {
    groupId,
    memberId,
    instanceId: request.groupInstanceId,
    clientId: clientId ?? '',
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs: version === 0 ? sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocolType,
    // Copies, since these stay and the request's bytes are many more.
    protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
    requiresMemberId: version >= firstWithRequiredMemberId,
    canSkipAssignment: version >= firstWithSkipAssignment,
  }
}

function answerOf({ error, members, ...answer }: JoinAnswer, { version }: Call) {
  return {
    ...answer,
    errorCode: errorCode(error),
    protocolName: version < firstWithNullProtocol ? (answer.protocolName ?? '') : answer.protocolName,
    members: members.map(({ memberId, instanceId, metadata }) => ({
      memberId,
      groupInstanceId: instanceId,
      metadata,
    })),
  }
}

function noGeneration(code: number, memberId: string, { version }: Call) {
  return {
    errorCode: code,
    protocolName: version < firstWithNullProtocol ? '' : null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  }
}
