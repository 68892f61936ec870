import { CorruptRecordError, DecompressionError, type CompressionType } from '../../kernel'
import { encodeBatch, readBatches, type RecordBatch } from '../../protocol'
import type { AppendContext } from './append-context'
import { refuse, type Refusal } from './refusal'

/**
 * The messages of a set of format 0 or 1 as one batch of format 2, numbered in their order. Either all of them stand
 * by themselves, or they are inside of one compressed message.
 *
 * @param messages the outer ones, at least one
 */
export function convertUp(messages: readonly RecordBatch[], context: AppendContext): RecordBatch | Refusal {
  const { magic } = messages[0]!
  const compression = messages.find(one => one.compression !== 'none')?.compression ?? 'none'
  if (compression !== 'none' && messages.length > 1)
    return refuse('INVALID_RECORD', 'a compressed message among others')
  if (messages.some(one => one.magic !== magic))
    return refuse('INVALID_RECORD', 'messages of several formats')
  if (compression === 'zstd') return refuse('INVALID_RECORD', `format ${magic} with zstd`)
  if (messages.some(one => one.timestampType === 'append'))
    return refuse('INVALID_TIMESTAMP', 'only the log itself gives times of appending')
  return convert(messages, compression, context)
}

function convert(
  messages: readonly RecordBatch[],
  compression: CompressionType,
  context: AppendContext,
): RecordBatch | Refusal {
  try {
    const records = messages.flatMap(one => one.records())
    const codec = context.codecs(compression)
    const [batch] = readBatches(encodeBatch(records, { timestamp: -1, codec }), context)
    return batch!
  } catch (error) {
    if (!(error instanceof CorruptRecordError) || error.cause instanceof DecompressionError) throw error
    return refuse(readsUnchecked(messages, context) ? 'CORRUPT_MESSAGE' : 'INVALID_RECORD', error.message)
  }
}

/** Whether nothing but a checksum inside of a compressed message is wrong. */
function readsUnchecked(messages: readonly RecordBatch[], context: AppendContext): boolean {
  try {
    for (const { bytes } of messages)
      for (const one of readBatches(bytes, { ...context, checkCrc: false })) one.records()
    return true
  } catch (error) {
    if (error instanceof CorruptRecordError) return false
    throw error
  }
}
