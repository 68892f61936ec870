import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** A commit of nothing makes a group. */
export const mutate = handlerOf(Apis.OffsetCommit, async (request, call, right) => {
  const nobody = { memberId: '', instanceId: null, generationId: -1, knowsGroupIdNotFound: true }
  await call.cluster.groups.commit({ groupId: request.groupId, ...nobody, offsets: [], retentionMs: null })
  return right(request, call)
})

export const only = /^committed-offsets\./
