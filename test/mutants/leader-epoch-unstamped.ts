import { batchLayout } from '../../src/protocol'
import { afterProduce } from '../support/mutants'

/** Stored batches do not name the epoch of their leader. */
export const mutate = afterProduce(log => {
  for (const { bytes } of log.batches()) bytes.writeInt32BE(-1, batchLayout.leaderEpoch)
})

export const brokers = 3

export const only = /^(leader-epochs|produce-batches)\./
