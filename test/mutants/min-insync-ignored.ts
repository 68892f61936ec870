import { Apis } from '../../src/protocol'
import { requestOf } from '../support/mutants'

/** Acks of all replicas are taken for those of the leader. */
export const mutate = requestOf(Apis.Produce, request => ({
  ...request,
  acks: request.acks === -1 ? 1 : request.acks,
}))

export const brokers = 3

export const only = /^not-enough-replicas\./
