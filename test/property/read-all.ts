import { getHeapStatistics } from 'node:v8'
import { CorruptRecordError, Long, ProtocolError, UnsupportedError, type KafkaError } from '../../src/kernel'
import { codecs } from '../../src'
import {
  carriedRecords,
  explainFrame,
  readBatches,
  readFrame,
  requestKind,
  responseKind,
  type CarriedRecords,
  type FrameKind,
  type RecordBatch,
} from '../../src/protocol'
import type { GoldenFrame } from '../golden/golden-frame'

/** What reading a frame came to. */
export interface Outcome {
  /** Why it was refused; undefined when it was read. */
  readonly refusal: KafkaError | undefined
  /** Values in what was decoded, down to the single field. */
  readonly values: number
  readonly records: number
  /** Memory that was allocated and not yet given back, in bytes. */
  readonly allocated: number
}

/** Reads bytes as a receiver of this frame would, down to the last record. Any error but the typed ones gets out. */
export function readAll(frame: Pick<GoldenFrame, 'side' | 'api' | 'version'>, bytes: Buffer): Outcome {
  const before = heldBytes()
  let values = 0
  let records = 0
  let refusal: KafkaError | undefined
  try {
    const kind = kindOf(frame, bytes)
    const { header, body } = readFrame(kind, bytes)
    values = count(header) + count(body)
    for (const carried of carriedRecords(kind, body)) records += recordsOf(carried)
  } catch (error) {
    refusal = typed(error, bytes)
  }
  return { refusal, values, records, allocated: heldBytes() - before }
}

/** How many bytes the rows of an explanation cover without a gap, and how it ended. */
export function explainAll(
  frame: Pick<GoldenFrame, 'side' | 'api' | 'version'>,
  bytes: Buffer,
): { readonly explained: number; readonly failure: KafkaError | undefined } {
  let explained = 0
  try {
    explainFrame(kindOf(frame, bytes), bytes, row => {
      if (row.offset !== explained)
        throw new Error(`a gap of ${row.offset - explained} bytes before ${row.path}`)
      explained += row.bytes.length
    })
    return { explained, failure: undefined }
  } catch (error) {
    return { explained, failure: typed(error, bytes) }
  }
}

function kindOf(
  { side, api, version }: Pick<GoldenFrame, 'side' | 'api' | 'version'>,
  bytes: Buffer,
): FrameKind {
  return side === 'request' ? requestKind(bytes) : responseKind(api, version, bytes)
}

/** What V8 holds, on its heap and outside. A collection between two looks only makes the difference smaller. */
function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** Small, so that a lying length shows. */
const maxDecompressedBytes = 1024 * 1024

function recordsOf({ topic, topicId, partition, records: bytes }: CarriedRecords): number {
  const options = { topic: topic ?? topicId ?? '', partition, codecs, maxDecompressedBytes, checkCrc: false }
  let records = 0
  try {
    for (const batch of readBatches(bytes, options)) records += recordsIn(batch)
  } catch (error) {
    typed(error, bytes)
  }
  return records
}

function recordsIn(batch: RecordBatch): number {
  try {
    batch.control()
    const records = batch.records()
    for (const { key, value, headers, offset, timestamp } of records)
      count([key, value, headers, offset, timestamp])
    return records.length
  } catch (error) {
    typed(error, batch.bytes)
    return 0
  }
}

function typed(error: unknown, bytes: Buffer): KafkaError {
  if (error instanceof ProtocolError && isPlaced(error, bytes)) return error
  if (error instanceof CorruptRecordError || error instanceof UnsupportedError) return error
  throw error
}

/** The error names a field and a byte, unless no field could be looked for. */
function isPlaced({ path, offset, reason }: ProtocolError, bytes: Buffer): boolean {
  return (path !== '' || reason.startsWith('known versions')) && offset >= 0 && offset <= bytes.length
}

function count(value: unknown): number {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || Long.isLong(value)) return 1
  let values = 1
  for (const one of Object.values(value)) values += count(one)
  return values
}
