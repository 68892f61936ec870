import { Apis } from '../../src/protocol'
import { all, requestFields } from '../support/mutants'

/** CreateTopics and CreatePartitions do what they should only check. */
export const mutate = all(
  requestFields(Apis.CreateTopics, { validateOnly: () => false }),
  requestFields(Apis.CreatePartitions, { validateOnly: () => false }),
)

export const only = /^(create-partitions|create-topics)\./
