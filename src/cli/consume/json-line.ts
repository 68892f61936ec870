import { isUtf8 } from 'node:buffer'
import type { ReceivedMessage } from 'rx-kafka'
import { jsonText, type Printable } from '../json-text'

/**
 * A message as one line of JSON, as bytes of one character each (`latin1`). The offset is a string, since JSON readers
 * round numbers of 64 bits; bytes that are no UTF-8 are `{ "base64": "..." }`.
 */
export function jsonLine({
  topic,
  partition,
  offset,
  timestamp,
  key,
  value,
  headers,
}: ReceivedMessage): string {
  const line = jsonText({
    ...{ topic, partition, offset: String(offset), timestamp: timestamp < 0n ? null : timestamp },
    ...{ key: textOf(key), value: textOf(value) },
    headers: headers.map(([name, bytes]) => [name, textOf(bytes)]),
  })
  return `${Buffer.from(line).toString('latin1')}\n`
}

function textOf(bytes: Buffer | null): Printable {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
}
