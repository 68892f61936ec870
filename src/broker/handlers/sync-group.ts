import { Apis, errorCode } from '../../protocol'
import { memberRefusal } from './coordinated'
import { defineHandler } from './handler'

/** Since then every member says for which assignor it asks (KIP-559). */
const firstWithProtocol = 5

/** Hand in and receive the assignment of a generation; held until the leader has spoken. */
export const syncGroup = defineHandler(Apis.SyncGroup, {
  async handle(request, call) {
    const { groupId, memberId, generationId, protocolType, protocolName } = request
    if (call.version >= firstWithProtocol && (protocolType === null || protocolName === null))
      return noAssignment(errorCode('INCONSISTENT_GROUP_PROTOCOL'))
    const refusal = memberRefusal(groupId, call)
    if (refusal) return noAssignment(errorCode(refusal))
    const assignments = new Map(request.assignments.map(one => [one.memberId, Buffer.from(one.assignment)]))
    const who = { groupId, memberId, instanceId: request.groupInstanceId, generationId }
    const asked = { ...who, protocolType, protocolName, assignments }
    const { error, ...answer } = await call.cluster.groups.sync(asked)
    return { ...answer, errorCode: errorCode(error) }
  },

  refuse: (_request, code) => noAssignment(code),
})

const noAssignment = (code: number) => ({ errorCode: code, assignment: Buffer.alloc(0) })
