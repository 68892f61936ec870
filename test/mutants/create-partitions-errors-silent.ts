import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** CreatePartitions never tells an error. */
export const mutate = silent(Apis.CreatePartitions)

export const brokers = 3

export const only = /^create-partitions\./
