import { Apis } from '../../src/protocol'
import { silent } from '../support/mutants'

/** DescribeCluster never tells an error. */
export const mutate = silent(Apis.DescribeCluster)

export const only = /^describe-cluster\./
