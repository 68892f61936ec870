import { Apis } from '../../src/protocol'
import { answerFields } from '../support/mutants'

/** Metadata does not know of racks, the controller and the cluster. */
export const mutate = answerFields(Apis.Metadata, {
  rack: () => 'r',
  controllerId: () => -1,
  clusterId: () => null,
})

export const only = /^metadata\./
