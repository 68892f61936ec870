import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** Fetch does not tell that logs have parted. */
export const mutate = requestFields(Apis.Fetch, { lastFetchedEpoch: () => -1 })

export const only = /^leader-epochs\./
