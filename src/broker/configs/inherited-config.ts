import type { BrokerConfig, ConfigMap } from './broker-config'
import { configSources, type ConfigEntry, type ConfigSource, type ConfigSynonym } from './config-entry'
import { fallbackText, type NameOf } from './config-row'
import type { InheritingRow, InheritingTable } from './inheriting-row'
import { readConfig, writeConfig, type ConfigType, type ConfigValue } from './config-type'

/** What a resource of this kind can set. */
export interface ResourceKind {
  /** In the order in which they are judged. */
  readonly rows: ReadonlyMap<string, InheritingRow>
  /** How answers tell that it is the resource's own. */
  readonly source: ConfigSource
}

/** What one topic or group has set itself, over what its broker gives. It never changes. */
export class InheritedConfig<Known extends InheritingTable> {
  /** What the resource has set itself, as it was given. */
  readonly overrides: ConfigMap
  readonly #kind: ResourceKind
  readonly #broker: BrokerConfig
  readonly #values = new Map<string, ConfigValue | null>()

  protected constructor(kind: ResourceKind, overrides: ConfigMap, broker: BrokerConfig) {
    this.overrides = overrides
    this.#kind = kind
    this.#broker = broker
    for (const [name, row] of kind.rows) this.#values.set(name, this.#read(name, row))
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

  /** Whether it has a value, set or by default. */
  isSet(name: keyof Known & string): boolean {
    return this.#values.get(name) !== null
  }

  /** As DescribeConfigs tells them, by name. */
  entries(): readonly ConfigEntry[] {
    return this.#shown().map(([name, row]) => this.#entry(name, row))
  }

  /** As CreateTopics tells them, by name: values as they were given. */
  created(): readonly { name: string; value: string | null; source: ConfigSource }[] {
    return this.#shown().map(([name, row]) => ({ name, ...this.#origin(name, row) }))
  }

  #shown(): [string, InheritingRow][] {
    return [...this.#kind.rows]
      .filter(([name, { internal }]) => !internal || this.overrides.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  #entry(name: string, row: InheritingRow): ConfigEntry {
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
    return this.overrides.has(name) ? [{ name, value, source: this.#kind.source }] : []
  }

  #inherited({ synonyms }: InheritingRow): readonly ConfigSynonym[] {
    return synonyms === undefined ? [] : this.#broker.synonyms(synonyms[0]!.name)
  }

  #origin(name: string, row: InheritingRow): { value: string | null; source: ConfigSource } {
    const own = this.overrides.get(name)
    if (own !== undefined) return { value: own, source: this.#kind.source }
    for (const { name, unit } of row.synonyms ?? []) {
      const place = this.#broker.place(name)
      if (place) return { value: inUnit(place.value, unit), source: place.source }
    }
    return { value: fallbackText(row), source: configSources.default }
  }

  #read(name: string, row: InheritingRow): ConfigValue | null {
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
