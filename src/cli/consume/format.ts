import type { ReceivedMessage } from 'rx-kafka'
import { unescaped } from '../escapes'
import { UsageError } from '../usage-error'

/** The bytes that print a message, one character a byte (`latin1`), since keys and values need not be text. */
export type Format = (message: ReceivedMessage) => string

const fields: Readonly<Record<string, Format>> = {
  '%': () => '%',
  t: ({ topic }) => topic,
  p: ({ partition }) => String(partition),
  o: ({ offset }) => String(offset),
  k: ({ key }) => bytesOf(key),
  s: ({ value }) => bytesOf(value),
  T: ({ timestamp }) => String(timestamp),
  h: ({ headers }) => headers.map(headerOf).join(','),
  K: ({ key }) => String(key?.length ?? -1),
  S: ({ value }) => String(value?.length ?? -1),
}

export const formatHelp = `  %t topic   %p partition   %o offset   %T timestamp in ms since 1970, -1 for none
  %k key     %s value       %K and %S their lengths in bytes, -1 for null
  %h headers as name=value,...          %% a percent sign
  \\n \\r \\t \\0 \\xNN         a byte
`

/** Reads a format such as `%t/%p %o: %s\n`. */
export function formatOf(text: string): Format {
  const pieces: Format[] = []
  for (const [piece] of text.matchAll(/%.|%$|[^%]+/gsu)) {
    const field = fields[piece.slice(1)]
    if (!piece.startsWith('%')) pieces.push(literal(piece))
    else if (field !== undefined) pieces.push(field)
    else throw new UsageError(`--format: "${piece}" is none of %${Object.keys(fields).join(' %')}`)
  }
  return message => {
    let line = ''
    for (const piece of pieces) line += piece(message)
    return line
  }
}

/** Values one after the other, each with a delimiter behind it, and with its key before it when that has one too. */
export function delimited(delimiter: string, keyDelimiter: string | undefined): Format {
  const end = unescaped(delimiter).toString('latin1')
  if (keyDelimiter === undefined) return ({ value }) => bytesOf(value) + end
  const between = unescaped(keyDelimiter).toString('latin1')
  return ({ key, value }) => bytesOf(key) + between + bytesOf(value) + end
}

function literal(text: string): Format {
  const bytes = unescaped(text).toString('latin1')
  return () => bytes
}

function bytesOf(bytes: Buffer | null): string {
  return bytes === null ? '' : bytes.toString('latin1')
}

function headerOf([name, value]: ReceivedMessage['headers'][number]): string {
  return `${Buffer.from(name).toString('latin1')}=${value === null ? 'NULL' : value.toString('latin1')}`
}
