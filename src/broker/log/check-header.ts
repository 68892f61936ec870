import type { RecordBatch } from '../../protocol'
import { refuse, type Refusal } from './refusal'
import type { LogSettings } from './settings'

/** Judges a batch by what its header says. Throws a CorruptRecordError for a wrong checksum. */
export function checkHeader(batch: RecordBatch, { maxMessageBytes }: LogSettings): Refusal | undefined {
  const { magic, baseOffset, sizeInBytes } = batch
  if (magic === 2 && baseOffset !== 0n)
    return refuse('INVALID_RECORD', `base offset ${baseOffset}, where it should be 0`)
  if (sizeInBytes > maxMessageBytes)
    return refuse('MESSAGE_TOO_LARGE', `${sizeInBytes} bytes, max.message.bytes is ${maxMessageBytes}`)
  batch.verify()
  if (batch.compression === undefined) return refuse('UNKNOWN_SERVER_ERROR', 'unknown compression type')
  return magic === 2 ? checkNewHeader(batch) : undefined
}

function checkNewHeader({
  count,
  lastOffset,
  isControl,
  producerId,
  baseSequence,
}: RecordBatch): Refusal | undefined {
  if (count === null || count <= 0 || lastOffset !== BigInt(count - 1))
    return refuse('INVALID_RECORD', `${count} records with a last offset delta of ${lastOffset}`)
  if (isControl) return refuse('INVALID_RECORD', 'only brokers write control batches')
  if (producerId >= 0n && baseSequence < 0)
    return refuse('INVALID_RECORD', `sequence ${baseSequence} of producer ${producerId}`)
  return undefined
}
