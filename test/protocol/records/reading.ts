import type { ReceivedMessage } from '../../../src/kernel'
import { readBatches, type ReadOptions, type RecordBatch, type RecordBatches } from '../../../src/protocol'
import { codecs } from '../../../src/compression'

export function batchesOf(bytes: Buffer, options: Partial<ReadOptions> = {}): RecordBatches {
  return readBatches(bytes, { topic: 'orders', partition: 3, codecs, ...options })
}

/** The only batch there is. */
export function batchOf(bytes: Buffer, options: Partial<ReadOptions> = {}): RecordBatch {
  const [batch, ...more] = batchesOf(bytes, options)
  if (batch === undefined || more.length > 0) throw new Error(`${more.length} batches more than one`)
  return batch
}

const text = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString())

/** A record's parts, its bytes as text. */
export function parts({ offset, timestamp, key, value, headers }: ReceivedMessage) {
  return {
    offset,
    timestamp,
    key: text(key),
    value: text(value),
    headers: headers.map(([name, of]) => [name, text(of)]),
  }
}
