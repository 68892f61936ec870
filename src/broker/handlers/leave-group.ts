import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import type { LeaveAnswer } from '../groups'
import type { Call } from './call'
import { memberRefusal } from './coordinated'
import { defineHandler } from './handler'

type Request = ReceivedRequestOf<typeof Apis.LeaveGroup>

const lastSingleVersion = 2

/** Leave a group, or put members out of it. */
export const leaveGroup = defineHandler(Apis.LeaveGroup, {
  async handle(request, call) {
    const refusal = memberRefusal(request.groupId, call)
    if (refusal) return { errorCode: errorCode(refusal), members: [] }
    const question = { groupId: request.groupId, members: leavers(request, call) }
    return answerOf(await call.cluster.groups.leave(question), call)
  },

  refuse: (_request, code) => ({ errorCode: code, members: [] }),
})

function leavers({ memberId, members }: Request, { version }: Call) {
  if (version <= lastSingleVersion) return [{ memberId, instanceId: null }]
  return members.map(member => ({ memberId: member.memberId, instanceId: member.groupInstanceId }))
}

/** One member's error is the answer's own while only one can leave at a time. */
function answerOf({ error, members }: LeaveAnswer, { version }: Call) {
  if (version <= lastSingleVersion) {
    const only = error === 'NONE' ? (members[0]?.error ?? 'NONE') : error
    return { errorCode: errorCode(only), members: [] }
  }
  return {
    errorCode: errorCode(error),
    members: members.map(member => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      errorCode: errorCode(member.error),
    })),
  }
}
