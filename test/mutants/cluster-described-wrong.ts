import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** DescribeCluster knows neither cluster nor brokers. */
export const mutate = answerFields(Apis.DescribeCluster, {
  clusterId: () => '',
  brokers: () => [],
  controllerId: () => -1,
})

export const only = /^describe-cluster\./
