import type { OutgoingMessage } from 'rx-kafka'

/** How a line becomes a message. */
export interface LineForm {
  readonly topic: string
  /** undefined: by the key. */
  readonly partition: number | undefined
  /** What stands between key and value. */
  readonly keyDelimiter: Buffer | undefined
  /** For lines without a key of their own. */
  readonly key: string | undefined
  /** Whether an empty key or value is null. */
  readonly emptyIsNull: boolean
  readonly headers: NonNullable<OutgoingMessage['headers']>
}

export function messageOf(line: Buffer, form: LineForm): OutgoingMessage {
  const { topic, partition, keyDelimiter, headers } = form
  const at = keyDelimiter === undefined ? -1 : line.indexOf(keyDelimiter)
  const own = at < 0 ? null : orNull(line.subarray(0, at), form)
  const key = own ?? form.key ?? null
  const value = orNull(at < 0 ? line : line.subarray(at + keyDelimiter!.length), form)
  return partition === undefined ? { topic, key, value, headers } : { topic, partition, key, value, headers }
}

function orNull(bytes: Buffer, { emptyIsNull }: LineForm): Buffer | null {
  return emptyIsNull && bytes.length === 0 ? null : bytes
}
