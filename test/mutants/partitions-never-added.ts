import { Apis } from '../../src/protocol'
import { requestFields } from '../support/mutants'

/** CreatePartitions adds none. */
export const mutate = requestFields(Apis.CreatePartitions, { validateOnly: () => true })

export const only = /^create-partitions\./
