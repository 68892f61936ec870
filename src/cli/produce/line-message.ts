import type { Message } from 'rx-kafka'

/** How a line becomes a message. */
export interface LineForm {
  /** What stands between key and value. */
  readonly keyDelimiter: Buffer | undefined
  /** For lines without a key of their own. */
  readonly key: string | undefined
  /** Whether an empty key or value is null. */
  readonly emptyIsNull: boolean
  readonly headers: NonNullable<Message['headers']>
}

export function messageOf(line: Buffer, { keyDelimiter, key, emptyIsNull, headers }: LineForm): Message {
  const orNull = (bytes: Buffer) => (emptyIsNull && bytes.length === 0 ? null : bytes)
  const at = keyDelimiter === undefined ? -1 : line.indexOf(keyDelimiter)
  if (keyDelimiter === undefined || at < 0) return { key: key ?? null, value: orNull(line), headers }
  const value = line.subarray(at + keyDelimiter.length)
  return { key: orNull(line.subarray(0, at)) ?? key ?? null, value: orNull(value), headers }
}
