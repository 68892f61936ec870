import { ArgumentError, inspect } from './errors'
import { hint } from './nearest'

/**
 * One option, declared once: its type, its check and its default. Tables of these give the options type, the
 * check of what a caller passed, and the settled values.
 */
export class Option<In, Out = In> {
  declare readonly in: In
  readonly expected: string
  readonly fallback: Out
  readonly accept: (value: unknown) => Out | undefined

  /** @param accept answers the settled value, or undefined to refuse */
  constructor(expected: string, fallback: Out, accept: (value: unknown) => Out | undefined) {
    this.expected = expected
    this.fallback = fallback
    this.accept = accept
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a table holds options of every type; variance forbids unknown
export type OptionTable = Readonly<Record<string, Option<any, any>>>

/** The same type, so that an editor shows its members and what is said of each, and not how it was made. */
export type Shown<T> = { [K in keyof T]: T[K] } & {}

/** What a caller may pass: every option may be left out. */
export type OptionsOf<T extends OptionTable> = { readonly [K in keyof T]?: T[K]['in'] | undefined } & {}

/** Names of other clients, as small letters alone (`linger.ms` is `lingerms`), and what there is here instead. */
export type ForeignNames = Readonly<Record<string, string>>

/** What the code sees: every option has a value. */
export type Settled<T extends OptionTable> = { readonly [K in keyof T]: T[K]['fallback'] }

/**
 * Checks what was passed against the table and fills in the defaults. An unknown name or a wrong value throws
 * an ArgumentError that names it, so that a misspelt option is never silently without effect.
 *
 * @param foreign what to say to names that other clients have for it
 */
export function settle<T extends OptionTable>(
  owner: string,
  table: T,
  given: OptionsOf<T> = {},
  foreign: ForeignNames = {},
): Settled<T> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ArgumentError(`${owner} options`, given, 'an object')
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) {
      const value = (given as Record<string, unknown>)[name]
      throw new ArgumentError(`${owner} option ${name}`, value, insteadOf(name, table, foreign))
    }
  }
  const settled: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(table)) {
    const value = (given as Record<string, unknown>)[name]
    settled[name] = value === undefined ? option.fallback : checked(`${owner} option ${name}`, option, value)
  }
  return Object.freeze(settled) as Settled<T>
}

function insteadOf(name: string, table: OptionTable, foreign: ForeignNames): string {
  const plainName = name.toLowerCase().replace(/[^a-z]/g, '')
  if (Object.hasOwn(foreign, plainName)) return foreign[plainName]!
  const known = Object.keys(table)
  return `a known option${hint(name, known, ` (${known.join(', ')})`)}`
}

function checked(name: string, option: Option<unknown>, value: unknown): unknown {
  const accepted = option.accept(value)
  if (accepted === undefined) throw new ArgumentError(name, value, option.expected)
  return accepted
}

const whole = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max
    ? (value as number)
    : undefined

/** A time in whole ms; timers cannot wait longer than 2^31-1. */
export const milliseconds = (fallback: number, min = 0): Option<number> =>
  new Option(`whole milliseconds from ${min} to 2147483647`, fallback, whole(min, 0x7fffffff))

/** A size in bytes. */
export const byteCount = (fallback: number, min = 1): Option<number> =>
  new Option(`a whole number of bytes from ${min} to 2147483647`, fallback, whole(min, 0x7fffffff))

/** How many of something. */
export const count = (fallback: number, min = 1): Option<number> =>
  new Option(`a whole number from ${min} to 2147483647`, fallback, whole(min, 0x7fffffff))

/** Whether or not; nothing but a boolean will do. */
export const flag = (fallback: boolean): Option<boolean> =>
  new Option('true or false', fallback, value => (typeof value === 'boolean' ? value : undefined))

/** A string with something in it. */
export const text = (fallback: string): Option<string> =>
  new Option('a string that is not empty', fallback, value =>
    typeof value === 'string' && value !== '' ? value : undefined,
  )

/** Absent unless given. */
export const optional = <In, Out>(option: Option<In, Out>): Option<In, Out | undefined> =>
  new Option(option.expected, undefined, option.accept)

/** One of these values, no other. */
export const oneOf = <const T extends readonly (string | number)[]>(
  choices: T,
  fallback: T[number],
): Option<T[number]> =>
  new Option(`one of ${choices.map(inspect).join(', ')}`, fallback, value =>
    (choices as readonly unknown[]).includes(value) ? (value as T[number]) : undefined,
  )

/** Something with behaviour, such as a clock or a dial; only its kind is checked. */
export const collaborator = <T>(
  expected: string,
  fallback: T,
  kind: 'function' | 'object' = 'object',
): Option<T> =>
  new Option(expected, fallback, value =>
    typeof value === kind && value !== null ? (value as T) : undefined,
  )
