import { batchLayout } from '../../src/protocol'
import { afterProduce } from '../support/mutants'

/** Stored batches do not name their producer. */
export const mutate = afterProduce(log => {
  for (const { bytes } of log.batches()) bytes.writeBigInt64BE(-1n, batchLayout.producerId)
})

export const only = /^(producer|producer-sequences|send-all)\./
