import { Apis, errorCode } from '../../protocol'
import { memberRefusal } from './coordinated'
import { defineHandler } from './handler'

/** A member is still there; it hears of a rebalance. */
export const heartbeat = defineHandler(Apis.Heartbeat, {
  async handle({ groupId, memberId, groupInstanceId, generationId }, call) {
    const refusal = memberRefusal(groupId, call)
    // A coordinator that is still loading cannot know, and does not want its members to join anew.
    if (refusal === 'COORDINATOR_LOAD_IN_PROGRESS') return { errorCode: 0 }
    if (refusal) return { errorCode: errorCode(refusal) }
    const who = { groupId, memberId, instanceId: groupInstanceId, generationId }
    return { errorCode: errorCode(await call.cluster.groups.heartbeat(who)) }
  },

  refuse: (_request, code) => ({ errorCode: code }),
})
