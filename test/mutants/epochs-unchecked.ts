import { Apis } from '../../src/protocol'
import { all, requestFields } from '../support/mutants'

/** Whatever leader epoch a client has in mind is good. */
export const mutate = all(
  requestFields(Apis.Fetch, { currentLeaderEpoch: () => -1, lastFetchedEpoch: () => -1 }),
  requestFields(Apis.ListOffsets, { currentLeaderEpoch: () => -1 }),
  requestFields(Apis.OffsetForLeaderEpoch, { currentLeaderEpoch: () => -1 }),
)

export const brokers = 3

export const only = /^(leader-epochs|not-leader)\./
