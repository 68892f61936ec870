import { Apis } from '../../src/protocol'
import { answerOf } from '../support/mutants'

/** FindCoordinator names the broker that was asked. */
export const mutate = answerOf(Apis.FindCoordinator, (answer, _request, { broker }) => ({
  ...answer,
  nodeId: broker.id,
  coordinators: answer.coordinators?.map(one => ({ ...one, nodeId: broker.id })),
}))

export const brokers = 3

export const only = /^find-coordinator\./
