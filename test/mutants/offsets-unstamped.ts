import { batchLayout } from '../../src/protocol'
import { afterProduce } from '../support/mutants'

/** Stored batches keep the offset that their producer gave them. */
export const mutate = afterProduce(log => {
  for (const { bytes } of log.batches()) bytes.writeBigInt64BE(0n, batchLayout.baseOffset)
})

export const only = /^produce-topic-settings\./
