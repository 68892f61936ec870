import { toBigInt } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** Offsets of a transaction count before it is committed. */
export const mutate = handlerOf(Apis.TxnOffsetCommit, async (request, call, right) => {
  const answer = await right(request, call)
  const { groups } = call.cluster
  const { producerId, groupId } = request
  groups.endTransaction(group => group === groupId, toBigInt(producerId), true)
  return answer
})

export const only = /^transactions-offsets/
