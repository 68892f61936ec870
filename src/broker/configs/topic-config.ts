import type { BrokerConfig, ConfigMap } from './broker-config'
import { configSources, type ConfigEntry, type ConfigSource, type ConfigSynonym } from './config-entry'
import { fallbackText, type NameOf } from './config-row'
import { readConfig, writeConfig, type ConfigType, type ConfigValue } from './config-type'
import { topicConfigRows } from './synonyms'
import type { topicConfigs } from './topic-configs'
import { type TopicConfigRow } from './topic-configs'

type Known = typeof topicConfigs

/** What one topic has set itself, over what its broker gives every topic. It never changes: a change gives another one. */
export class TopicConfig {
  /** What the topic has set itself, as it was given. */
  readonly overrides: ConfigMap
  readonly #broker: BrokerConfig
  readonly #values = new Map<string, ConfigValue | null>()

  /** @param overrides known names and values that can be read: see `topicConfigFault` */
  constructor(overrides: ConfigMap, broker: BrokerConfig) {
    this.overrides = overrides
    this.#broker = broker
    for (const [name, row] of topicConfigRows) this.#values.set(name, this.#read(name, row))
  }

  /** The same topic after these changes; null takes an override away. */
  with(changes: Iterable<readonly [name: string, value: string | null]>): TopicConfig {
    const overrides = new Map(this.overrides)
    for (const [name, value] of changes) {
      if (value === null) overrides.delete(name)
      else overrides.set(name, value)
    }
    return new TopicConfig(overrides, this.#broker)
  }

  /** The same topic on a broker of these configs. */
  on(broker: BrokerConfig): TopicConfig {
    return new TopicConfig(this.overrides, broker)
  }

  int(name: NameOf<Known, 'INT'>): number {
    return this.#values.get(name) as number
  }

  long(name: NameOf<Known, 'LONG'>): bigint {
    return this.#values.get(name) as bigint
  }

  flag(name: NameOf<Known, 'BOOLEAN'>): boolean {
    return this.#values.get(name) as boolean
  }

  text(name: NameOf<Known, 'STRING'>): string {
    return this.#values.get(name) as string
  }

  list(name: NameOf<Known, 'LIST'>): readonly string[] {
    return this.#values.get(name) as readonly string[]
  }

  /** As DescribeConfigs tells them, by name. */
  entries(): readonly ConfigEntry[] {
    return this.#shown().map(([name, row]) => this.#entry(name, row))
  }

  /** As CreateTopics tells them, by name: values as they were given. */
  created(): readonly { name: string; value: string | null; source: ConfigSource }[] {
    return this.#shown().map(([name, row]) => ({ name, ...this.#origin(name, row) }))
  }

  #shown(): [string, TopicConfigRow][] {
    return [...topicConfigRows]
      .filter(([name, { internal }]) => !internal || this.overrides.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  #entry(name: string, row: TopicConfigRow): ConfigEntry {
    const value = this.#values.get(name)!
    const written = writeConfig(row.type, value)
    const synonyms = [...this.#own(name, written), ...this.#inherited(row)]
    return {
      name,
      value: written,
      type: row.type,
      readOnly: false,
      sensitive: false,
      source: synonyms[0]?.source ?? configSources.default,
      synonyms,
      documentation: row.documentation,
    }
  }

  #own(name: string, value: string): readonly ConfigSynonym[] {
    return this.overrides.has(name) ? [{ name, value, source: configSources.topic }] : []
  }

  #inherited({ synonyms }: TopicConfigRow): readonly ConfigSynonym[] {
    return synonyms === undefined ? [] : this.#broker.synonyms(synonyms[0]!.name)
  }

  #origin(name: string, row: TopicConfigRow): { value: string | null; source: ConfigSource } {
    const own = this.overrides.get(name)
    if (own !== undefined) return { value: own, source: configSources.topic }
    for (const { name, unit } of row.synonyms ?? []) {
      const place = this.#broker.place(name)
      if (place) return { value: inUnit(place.value, unit), source: place.source }
    }
    return { value: fallbackText(row), source: configSources.default }
  }

  #read(name: string, row: TopicConfigRow): ConfigValue | null {
    const own = this.overrides.get(name)
    if (own !== undefined) return plain(readConfig(row.type, own)!)
    for (const { name, unit } of row.synonyms ?? []) {
      const value = this.#broker.value(name)
      if (value !== null) return converted(value, row.type, unit)
    }
    return row.fallback
  }
}

/** Every value of a list once. */
function plain(value: ConfigValue): ConfigValue {
  return typeof value === 'object' ? [...new Set(value)] : value
}

/** A broker has coarser units, and any negative time of its is "for ever". */
function converted(value: ConfigValue, type: ConfigType, unit: bigint): ConfigValue {
  if (unit === 1n && typeof value !== 'bigint') return plain(value)
  if (type !== 'LONG') return value
  const time = BigInt(value as number | bigint) * unit
  return unit !== 1n && time < 0n ? -1n : time
}

const inUnit = (value: string, unit: bigint) => (unit === 1n ? value : String(BigInt(value.trim()) * unit))
