import type { ReceivedMessage } from '../../kernel'

/** The message for JSON: offset and timestamp as text, since JSON has no integers of 64 bits. */
export function receivedJson(message: ReceivedMessage): object {
  const { topic, partition, offset, timestamp, timestampType, key, value, headers } = message
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
