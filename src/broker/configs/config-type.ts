/** The types of configs, with their numbers in DescribeConfigs answers. */
export const configTypes = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
} as const
export type ConfigType = keyof typeof configTypes

/** What a config of each type holds: a LONG may pass 2^53. */
interface ValueOf {
  BOOLEAN: boolean
  STRING: string
  INT: number
  SHORT: number
  LONG: bigint
  DOUBLE: number
  LIST: readonly string[]
  CLASS: string
  PASSWORD: string
}
export type ConfigValue<T extends ConfigType = ConfigType> = ValueOf[T]

/** Reads a value from its text as Kafka does; undefined when it is none of this type. */
export function readConfig<T extends ConfigType>(type: T, text: string): ConfigValue<T> | undefined
export function readConfig(type: ConfigType, text: string): ConfigValue | undefined {
  return readers[type](text.trim())
}

const readers: { readonly [T in ConfigType]: (text: string) => ConfigValue<T> | undefined } = {
  BOOLEAN: text => ({ true: true, false: false })[text.toLowerCase()],
  STRING: text => text,
  INT: text => within(2n ** 31n, text, Number),
  SHORT: text => within(2n ** 15n, text, Number),
  LONG: text => within(2n ** 63n, text, BigInt),
  DOUBLE: readDouble,
  LIST: text => (text === '' ? [] : text.split(',').map(one => one.trim())),
  CLASS: text => text,
  PASSWORD: text => text,
}

function within<T>(limit: bigint, text: string, as: (value: bigint) => T): T | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace('+', ''))
  return value >= -limit && value < limit ? as(value) : undefined
}

function readDouble(text: string): number | undefined {
  return /^[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?)$/.test(text)
    ? Number(text.replace(/[dDfF]$/, ''))
    : undefined
}

/** Why a text is no value of this type, in the words of Kafka's answers. */
export function misread(type: ConfigType): string {
  return type === 'BOOLEAN' ? 'Expected value to be either true or false' : `Not a number of type ${type}`
}

/** The text of a value as Kafka writes it. */
export function writeConfig(type: ConfigType, value: ConfigValue): string {
  if (type === 'DOUBLE') return writeDouble(value as number)
  return typeof value === 'object' ? value.join(',') : String(value)
}

/** Java writes `1.0` and `1.0E10`. */
function writeDouble(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits, power] = value.toExponential().split('e')
    return `${pointed(digits!)}E${Number(power)}`
  }
  return pointed(String(value))
}

const pointed = (digits: string) => (digits.includes('.') ? digits : `${digits}.0`)
