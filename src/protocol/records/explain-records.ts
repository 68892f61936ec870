import { MalformedBytes, Reader } from '../../kernel'
import type { RowReader } from '../row-reader'
import { layout, lengthOverhead } from './batch-layout'
import { compressionOf } from './decompress'
import { readVarlong } from './varint'

type Column = readonly [name: string, kind: 'int8' | 'int16' | 'int32' | 'uint32' | 'bigint64']

const legacyHeader: readonly Column[] = [
  ['offset', 'bigint64'],
  ['messageSize', 'int32'],
  ['crc', 'uint32'],
  ['magic', 'int8'],
  ['attributes', 'int8'],
]
const batchHeader: readonly Column[] = [
  ['baseOffset', 'bigint64'],
  ['batchLength', 'int32'],
  ['partitionLeaderEpoch', 'int32'],
  ['magic', 'int8'],
  ['crc', 'uint32'],
  ['attributes', 'int16'],
  ['lastOffsetDelta', 'int32'],
  ['baseTimestamp', 'bigint64'],
  ['maxTimestamp', 'bigint64'],
  ['producerId', 'bigint64'],
  ['producerEpoch', 'int16'],
  ['baseSequence', 'int32'],
  ['count', 'int32'],
]

/**
 * Rows for the record batches in the next `length` bytes: their headers, and the records of those that are not
 * compressed. What cannot be read becomes a row that says so: damage here is not damage of the frame.
 */
export function explainRecords(rows: RowReader, path: string, length: number): void {
  const { reader } = rows
  const end = reader.position + length
  for (let index = 0; reader.position < end; index++) {
    const size = batchSize(reader, end)
    if (size === 0) {
      rows.read(`${path}.(incomplete batch)`, r => r.bytes(end - r.position))
      return
    }
    const part = new Reader(reader.buffer, reader.position, reader.position + size)
    explainBatch(rows.within(part), `${path}.(batch ${index})`)
    reader.bytes(size)
  }
}

/** 0 when the batch is not all there. */
function batchSize(reader: Reader, end: number): number {
  const left = end - reader.position
  if (left <= layout.magic) return 0
  const size = reader.buffer.readInt32BE(reader.position + layout.batchLength) + lengthOverhead
  return size > left || size <= layout.magic ? 0 : size
}

function explainBatch(rows: RowReader, path: string): void {
  const { reader } = rows
  try {
    if (reader.buffer[reader.position + layout.magic] === 2) explainNewBatch(rows, path)
    else explainMessage(rows, path)
    if (reader.left > 0) rows.read(`${path}.(rest)`, r => r.bytes(r.left))
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error
    rows.read(
      `${path}.(damaged)`,
      r => r.bytes(r.left),
      () => error.message,
    )
  }
}

function explainColumns(rows: RowReader, path: string, columns: readonly Column[]): void {
  for (const [name, kind] of columns) rows.read(`${path}.${name}`, reader => reader[kind]())
}

function explainMessage(rows: RowReader, path: string): void {
  const { reader } = rows
  const magic = reader.buffer[reader.position + layout.magic]
  explainColumns(rows, path, legacyHeader)
  if (magic === 1) explainColumns(rows, path, [['timestamp', 'bigint64']])
  for (const name of ['key', 'value']) {
    const length = rows.read(`${path}.${name}.(length)`, r => r.int32())
    if (length >= 0) rows.read(`${path}.${name}`, r => r.bytes(length))
  }
}

function explainNewBatch(rows: RowReader, path: string): void {
  const { reader } = rows
  if (reader.left < layout.records) reader.fail(`a batch of ${reader.left} bytes`)
  const attributes = reader.buffer.readInt16BE(reader.position + layout.attributes)
  const compression = compressionOf(attributes)
  explainColumns(rows, path, batchHeader)
  if (compression !== 'none') {
    const what = `${compression ?? 'unknown'} data`
    rows.read(
      `${path}.(records)`,
      r => r.bytes(r.left),
      ({ length }) => `${length} bytes of ${what}`,
    )
    return
  }
  for (let index = 0; reader.left > 0; index++) explainRecord(rows, `${path}.records[${index}]`)
}

function explainRecord(rows: RowReader, path: string): void {
  rows.read(`${path}.(length)`, r => r.varint())
  rows.read(`${path}.attributes`, r => r.int8())
  rows.read(`${path}.timestampDelta`, varlong)
  rows.read(`${path}.offsetDelta`, r => r.varint())
  explainBytes(rows, `${path}.key`)
  explainBytes(rows, `${path}.value`)
  const headers = rows.read(`${path}.headers.(count)`, r => r.varint())
  for (let i = 0; i < headers; i++) {
    const at = `${path}.headers[${i}]`
    const length = rows.read(`${at}.name.(length)`, r => r.varint())
    rows.read(`${at}.name`, r => r.utf8(length))
    explainBytes(rows, `${at}.value`)
  }
}

function explainBytes(rows: RowReader, path: string): void {
  const length = rows.read(`${path}.(length)`, r => r.varint())
  if (length >= 0) rows.read(path, r => r.bytes(length))
}

const maxVarlongBytes = 10

function varlong(reader: Reader): bigint {
  const start = reader.position
  while (reader.int8() < 0) {
    if (reader.position - start >= maxVarlongBytes) reader.fail('varint of more than 64 bits')
  }
  return readVarlong(reader.buffer, start)
}
