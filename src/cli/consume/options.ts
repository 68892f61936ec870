import { parse, single, wholeNumber } from '../arguments'
import { connectionOptions, type ConnectionValues } from '../connection'
import { UsageError } from '../usage-error'
import { delimited, formatOf, type Format } from './format'
import { jsonLine } from './json-line'
import { startOf, type Start } from './start'

export interface ConsumeOptions {
  readonly connection: ConnectionValues
  readonly topic: string
  /** None: all. */
  readonly partitions: readonly number[]
  readonly start: Start
  /** Exit where the log ended when the command began. */
  readonly exitAtEnd: boolean
  /** Exit after so many messages. */
  readonly count: number
  readonly format: Format
}

const options = {
  ...connectionOptions,
  offset: { type: 'string', short: 'o', default: 'beginning' },
  partition: { type: 'string', short: 'p', multiple: true, default: [] as string[] },
  exit: { type: 'boolean', short: 'e', default: false },
  count: { type: 'string', short: 'c' },
  format: { type: 'string', short: 'f' },
  json: { type: 'boolean', short: 'J' },
  delimiter: { type: 'string', short: 'D' },
  'key-delimiter': { type: 'string', short: 'k' },
  K: { type: 'string', short: 'K' },
  group: { type: 'string', short: 'g' },
} as const

export function consumeOptions(args: readonly string[]): ConsumeOptions {
  const { values, positionals } = parse(args, options)
  if (values.group !== undefined) throw new UsageError('--group: consumer groups are not there yet')
  return {
    connection: values,
    topic: single(positionals, 'the topic'),
    partitions: values.partition.map(text => wholeNumber('--partition', text, 0)!),
    start: startOf(values.offset),
    exitAtEnd: values.exit,
    count: wholeNumber('--count', values.count, 1) ?? Infinity,
    format: outputOf(values),
  }
}

interface OutputValues {
  readonly format?: string
  readonly json?: boolean
  readonly delimiter?: string
  readonly 'key-delimiter'?: string
  readonly K?: string
}

function outputOf({ format, json, delimiter, K, 'key-delimiter': key = K }: OutputValues): Format {
  const ways = [format, json, delimiter ?? key].filter(way => way !== undefined)
  if (ways.length > 1) throw new UsageError('--format, --json and delimiters exclude each other')
  if (json) return jsonLine
  return format === undefined ? delimited(delimiter ?? '\\n', key) : formatOf(format)
}
