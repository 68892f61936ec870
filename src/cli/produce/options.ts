import type { Acks, CompressionType } from 'rx-kafka'
import { oneOf, parse, single, wholeNumber } from '../arguments'
import { connectionOptions, type ConnectionValues } from '../connection'
import { unescaped } from '../escapes'
import { UsageError } from '../usage-error'
import type { LineForm } from './line-message'

export interface ProduceOptions {
  readonly connection: ConnectionValues
  readonly acks: Acks
  readonly compression: CompressionType
  readonly delimiter: Buffer
  readonly form: LineForm
}

const options = {
  ...connectionOptions,
  'key-delimiter': { type: 'string', short: 'k' },
  K: { type: 'string', short: 'K' },
  key: { type: 'string' },
  delimiter: { type: 'string', short: 'D', default: '\\n' },
  compression: { type: 'string', short: 'z', default: 'none' },
  header: { type: 'string', short: 'H', multiple: true, default: [] as string[] },
  partition: { type: 'string', short: 'p' },
  acks: { type: 'string', default: 'all' },
  null: { type: 'boolean', short: 'Z', default: false },
} as const

const acks = { all: 'all', leader: 'leader', none: 'none', '-1': 'all', '1': 'leader', '0': 'none' } as const
const codecs = { none: 'none', gzip: 'gzip', snappy: 'snappy', lz4: 'lz4', zstd: 'zstd' } as const

export function produceOptions(args: readonly string[]): ProduceOptions {
  const { values, positionals } = parse(args, options)
  const { K, 'key-delimiter': keyDelimiter = K } = values
  return {
    connection: values,
    acks: oneOf('--acks', values.acks, acks),
    compression: oneOf('--compression', values.compression, codecs),
    delimiter: delimiterOf('--delimiter', values.delimiter),
    form: {
      topic: single(positionals, 'the topic'),
      partition: wholeNumber('--partition', values.partition, 0),
      keyDelimiter: keyDelimiter === undefined ? undefined : delimiterOf('--key-delimiter', keyDelimiter),
      key: values.key,
      emptyIsNull: values.null,
      headers: values.header.map(text => headerOf(text, values.null)),
    },
  }
}

function delimiterOf(option: string, text: string): Buffer {
  const delimiter = unescaped(text)
  if (delimiter.length > 0) return delimiter
  throw new UsageError(`${option}: expected at least one character`)
}

/** A name alone is a header whose value is null, where that is wanted. */
function headerOf(text: string, mayBeNull: boolean): readonly [string, string | null] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  const isName = at < 0 && text !== ''
  if (isName && mayBeNull) return [text, null]
  const hint = isName ? '; a name alone goes with --null' : ''
  throw new UsageError(`--header: expected NAME=VALUE, such as trace=7, got "${text}"${hint}`)
}
