import { Apis, type Api } from '../../src/protocol'
import { all, askedElsewhere } from '../support/mutants'

const coordinatorOf = (api: Api, idOf: (request: never) => string | null | undefined) =>
  askedElsewhere(api, (request, { cluster }) => {
    const transactionalId = idOf(request as never) ?? ''
    return cluster.coordinators.partitionFor('transaction', transactionalId)?.leader
  })

const named = ({ transactionalId }: { transactionalId: string | null }) => transactionalId

/** Every broker serves every transactional id. */
export const mutate = all(
  coordinatorOf(Apis.InitProducerId, named),
  coordinatorOf(Apis.AddOffsetsToTxn, named),
  coordinatorOf(Apis.EndTxn, named),
)

export const brokers = 3

export const only = /^transactions-init/
