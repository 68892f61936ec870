import type { ReceivedMessage } from './messages'

/**
 * The message for JSON: offset and timestamp as text, since JSON has no integers of 64 bits.
 *
 * @param made what is shown as its key and value
 */
export function receivedJson(
  message: ReceivedMessage,
  { key, value }: { readonly key: unknown; readonly value: unknown } = message,
): object {
  const { topic, partition, offset, timestamp, timestampType, headers } = message
  return {
    topic,
    partition,
    offset: `${offset}`,
    timestamp: `${timestamp}`,
    timestampType,
    key,
    value,
    headers,
  }
}
