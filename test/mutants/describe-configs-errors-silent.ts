import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DescribeConfigs never tells an error. */
export const mutate = silent(Apis.DescribeConfigs)

export const brokers = 3

export const only = /^describe-configs\./
