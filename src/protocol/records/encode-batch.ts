import { BufferPool, type Message } from '../../kernel'
import { layout } from './batch-layout'
import { BatchWriter, type SealOptions, type Stamp } from './batch-writer'
import { sizeOf } from './message-size'

/** How a batch is to be sealed and stamped. */
export interface EncodeBatchOptions extends SealOptions, Stamp {
  /** Milliseconds since the epoch, for messages without a time of their own. */
  readonly timestamp: number
}

/** Keeps nothing: the bytes belong to the caller. */
const noPool = new BufferPool(0)

/**
 * The messages as one record batch (format 2, Kafka 0.11 and later), with base offset 0. Throws an ArgumentError
 * that names what cannot be sent, such as `messages[3].value`.
 */
export function encodeBatch(messages: readonly Message[], options: EncodeBatchOptions): Buffer {
  const room = messages.reduce<number>(
    (size, message, index) => size + sizeOf(message, index),
    layout.records,
  )
  const batch = new BatchWriter(noPool, room)
  messages.forEach((message, index) => batch.append(message, options.timestamp, index))
  batch.seal(options)
  return batch.stamp(options)
}
