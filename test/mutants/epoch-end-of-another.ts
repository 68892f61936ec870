import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** The end of the epoch behind is told. */
export const mutate = requestFields(Apis.OffsetForLeaderEpoch, { leaderEpoch: (epoch: number) => epoch + 1 })

export const brokers = 3

export const only = /^leader-epochs\./
