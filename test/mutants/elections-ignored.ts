import { Apis } from '../../src/protocol'
import { handlerOf } from '../support/mutants'

/** ElectLeaders elects nobody. */
export const mutate = handlerOf(Apis.ElectLeaders, () => ({
  throttleTimeMs: 0,
  errorCode: 0,
  replicaElectionResults: [],
}))

export const only = /^elect-leaders\./
