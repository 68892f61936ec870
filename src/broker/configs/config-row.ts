import { invalid, type Check } from './check'
import { misread, readConfig, writeConfig, type ConfigType, type ConfigValue } from './config-type'

/** What there is to say of one config, whatever it is set on. */
export interface ConfigRow<T extends ConfigType = ConfigType> {
  readonly type: T
  /** Null: nothing is set. */
  readonly fallback: ConfigValue<T> | null
  readonly check?: Check<never> | undefined
  /** One sentence for DescribeConfigs. */
  readonly documentation: string | null
  /** Told only where it is set. */
  readonly internal?: true
  /** Of a broker: may be changed while it runs. */
  readonly dynamic?: true
}

export type ConfigTable = Readonly<Record<string, ConfigRow>>

/** The names in a table whose configs have one of these types. */
export type NameOf<Table extends ConfigTable, T extends ConfigType> = {
  [Name in keyof Table]: Table[Name]['type'] extends T ? Name & string : never
}[keyof Table]

const row =
  <T extends ConfigType>(type: T) =>
  (
    fallback: ConfigValue<T> | null,
    check: Check<ConfigValue<T>> | undefined,
    documentation: string,
  ): ConfigRow<T> => ({ type, fallback, check, documentation })

export const flag = row('BOOLEAN')
export const text = row('STRING')
export const int = row('INT')
export const short = row('SHORT')
export const long = row('LONG')
export const double = row('DOUBLE')
export const list = row('LIST')

/** May be changed while the broker runs. */
export const dynamic = <R extends ConfigRow>(config: R): R => ({ ...config, dynamic: true })
/** Not for users: told only where it is set. */
export const internal = <R extends ConfigRow>(config: R): R => ({ ...config, internal: true })

/** What is wrong with this text as a value of the config, in Kafka's words. */
export function faultOf(name: string, config: ConfigRow, given: string): string | undefined {
  const value = readConfig(config.type, given)
  if (value === undefined) return invalid(name, given, misread(config.type))
  // A row's check takes what its own type reads.
  const check = config.check as Check | undefined
  return check?.(name, value, writeConfig(config.type, value))
}

/** The default as Kafka writes it. */
export function fallbackText({ type, fallback }: ConfigRow): string | null {
  return fallback === null ? null : writeConfig(type, fallback)
}
