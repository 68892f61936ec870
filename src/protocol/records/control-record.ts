import { CorruptRecordError, type ReceivedMessage } from '../../kernel'

/** A transaction's end in a partition (KIP-98). */
export interface ControlRecord {
  /** Other kinds, by their number, concern brokers only. */
  readonly controlType: 'abort' | 'commit' | number
  /** Epoch of the transaction coordinator; -1 for other kinds. */
  readonly coordinatorEpoch: number
}

/** Kafka's ids of the two kinds are their positions. */
const types = ['abort', 'commit'] as const
const keyBytes = 4
const valueBytes = 6

/** Key: version and type. Value: version and epoch. Later versions may append to both. */
export function readControlRecord(record: ReceivedMessage): ControlRecord {
  const { key, value } = record
  if (key === null || key.length < keyBytes)
    throw new CorruptRecordError(record, 'control record without a type')
  const type = key.readInt16BE(2)
  const controlType = types[type] ?? type
  if (typeof controlType === 'number') return { controlType, coordinatorEpoch: -1 }
  if (value === null || value.length < valueBytes)
    throw new CorruptRecordError(record, `${controlType} marker without a coordinator epoch`)
  return { controlType, coordinatorEpoch: value.readInt32BE(2) }
}

/** The message that `readControlRecord` reads, for a batch sealed as `control`. */
export function controlMessage(controlType: 'abort' | 'commit', coordinatorEpoch: number) {
  const key = Buffer.alloc(keyBytes)
  key.writeInt16BE(types.indexOf(controlType), 2)
  const value = Buffer.alloc(valueBytes)
  value.writeInt32BE(coordinatorEpoch, 2)
  return { key, value }
}
