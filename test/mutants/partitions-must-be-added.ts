import { Apis } from '../../src/protocol'
import { all, handlerOf } from '../support/mutants'

/** No version makes partitions or groups part of a transaction by itself. */
export const mutate = all(
  handlerOf(Apis.Produce, (request, call, right) =>
    right(request, { ...call, version: call.version === 12 ? 11 : call.version }),
  ),
  handlerOf(Apis.TxnOffsetCommit, (request, call, right) => right(request, { ...call, version: 4 })),
)

export const only = /^transactions-(epochs|offsets)/
