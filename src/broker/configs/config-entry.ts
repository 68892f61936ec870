import type { ConfigType } from './config-type'

/** Where a value comes from, by its number in answers. */
export const configSources = {
  topic: 1,
  broker: 2,
  allBrokers: 3,
  file: 4,
  default: 5,
  group: 8,
} as const
export type ConfigSource = (typeof configSources)[keyof typeof configSources]

/** One place where a value is set, under the name it has there. */
export interface ConfigSynonym {
  readonly name: string
  /** Null when it is secret. */
  readonly value: string | null
  readonly source: ConfigSource
}

/** One config as DescribeConfigs tells it. */
export interface ConfigEntry {
  readonly name: string
  /** Null when nothing is set, or when it is secret. */
  readonly value: string | null
  /** Undefined for a name that Kafka does not know. */
  readonly type: ConfigType | undefined
  readonly readOnly: boolean
  readonly sensitive: boolean
  readonly source: ConfigSource
  /** Every place that sets it; the first one counts. */
  readonly synonyms: readonly ConfigSynonym[]
  readonly documentation: string | null
}
