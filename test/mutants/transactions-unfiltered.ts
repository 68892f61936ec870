import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** ListTransactions knows no filters. */
export const mutate = requestFields(Apis.ListTransactions, {
  stateFilters: () => [],
  producerIdFilters: () => [],
  durationFilter: () => -1n,
  transactionalIdPattern: () => null,
})

export const only = /^transactions-listing/
