export {
  attributes as batchAttributes,
  layout as batchLayout,
  lengthOverhead as batchLengthOverhead,
} from './batch-layout'
export { BatchWriter, type BatchMemory, type SealOptions, type Stamp } from './batch-writer'
export { controlMessage, type ControlRecord } from './control-record'
export { encodeBatch, type EncodeBatchOptions } from './encode-batch'
export { encodeMessageSet, type EncodeMessageSetOptions } from './legacy-encode'
export { exactSizeOf, sizeOf, sizeOfParts } from './message-size'
export { millisecondsOf, refuseMessage } from './message-check'
export { placeBatch, type Placement } from './place-batch'
export { readBatches, type RecordBatches } from './read-batches'
export type { ReadOptions, RecordBatch, RecordSource } from './record-batch'
