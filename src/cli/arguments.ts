import { parseArgs, type ParseArgsConfig } from 'node:util'
import { didYouMean } from './nearest'
import { UsageError } from './usage-error'

type Options = NonNullable<ParseArgsConfig['options']>
type Config<T extends Options> = { args: string[]; options: T; allowPositionals: true }

/** The options and other arguments of a command line. */
export function parse<T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<Config<T>>> {
  try {
    return parseArgs({ args: joinNumbers(args, options), options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(mistakeOf(error, options))
  }
}

/** What is wrong with a command line, in our words where Node's tell less. */
function mistakeOf(error: unknown, options: Options): string {
  const message = error instanceof Error ? error.message : String(error)
  const [, unknown] = /^Unknown option '([^']+)'/.exec(message) ?? []
  if (unknown !== undefined) return `unknown option "${unknown}"${didYouMean(unknown, namesOf(options))}`
  return message.replace(/^Option /, 'option ').replace(/\.?\s*\n\s*/g, '; ')
}

function namesOf(options: Options): string[] {
  return ['--help', ...Object.keys(options).map(name => `--${name}`)]
}

/** A number below zero is a value, not an option: `-o -5` becomes `-o-5`, `--offset -5` becomes `--offset=-5`. */
function joinNumbers(args: readonly string[], options: Options): string[] {
  const takesValue = new Map<string, string>()
  for (const [name, { type, short }] of Object.entries(options)) {
    if (type !== 'string') continue
    takesValue.set(`--${name}`, '=')
    if (short !== undefined) takesValue.set(`-${short}`, '')
  }
  const joined: string[] = []
  for (const arg of args) {
    const last = joined.at(-1)
    const joint = /^-\d+$/.test(arg) && last !== undefined ? takesValue.get(last) : undefined
    if (joint === undefined) joined.push(arg)
    else joined[joined.length - 1] = `${last!}${joint}${arg}`
  }
  return joined
}

/** The one argument that is no option. */
export function single(positionals: readonly string[], what: string): string {
  const [first, second] = positionals
  if (first === undefined || first === '') throw new UsageError(`${what} is missing`)
  if (second !== undefined) throw new UsageError(`unexpected argument "${second}"`)
  return first
}

/** A whole number that an option was given; undefined when it was not given. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  min: number,
  max = 0x7fffffff,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^-?\d+$/.test(text) && value >= min && value <= max) return value
  throw new UsageError(`${option}: expected a whole number from ${min} to ${max}, got "${text}"`)
}

/** One of a few words. */
export function oneOf<T>(option: string, text: string, words: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(words, text)) return words[text]!
  throw new UsageError(`${option}: expected one of ${Object.keys(words).join(', ')}, got "${text}"`)
}

/** `name=value`. */
export function assignment(option: string, text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at <= 0) throw new UsageError(`${option}: expected name=value, got "${text}"`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** No argument may be left. */
export function none([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`unexpected argument "${first}"`)
}
