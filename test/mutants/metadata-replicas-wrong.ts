import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Metadata takes all replicas for one, and all brokers for running. */
export const mutate = answerFields(Apis.Metadata, {
  isrNodes: () => [1],
  replicaNodes: () => [1],
  offlineReplicas: () => [],
})

export const brokers = 3

export const only = /^(create-topics|metadata)\./
