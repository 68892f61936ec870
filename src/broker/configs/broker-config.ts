import { ArgumentError } from '../../kernel'
import { brokerConfigs } from './broker-configs'
import { configSources, type ConfigEntry, type ConfigSource, type ConfigSynonym } from './config-entry'
import { fallbackText, faultOf, type ConfigRow, type NameOf } from './config-row'
import { readConfig, writeConfig, type ConfigValue } from './config-type'
import { synonymsOf } from './synonyms'
import { configsWithoutEffect } from './without-effect'

/** Configs as a user gives them, by Kafka's names. */
export type GivenConfig = Readonly<Record<string, string | number | boolean>>
/** Configs as they are kept: by name, as text. */
export type ConfigMap = ReadonlyMap<string, string>

type Known = typeof brokerConfigs
/** All that is known of a broker, under names that come from outside. */
export const brokerConfigRows: ReadonlyMap<string, ConfigRow> = new Map(
  Object.entries({ ...configsWithoutEffect, ...brokerConfigs }),
)
/** The names of the settings that Kafka's brokers have. */
export const brokerConfigNames: readonly string[] = [...brokerConfigRows.keys()]
const none: ConfigMap = new Map()

/** Where one config is set. */
interface Place extends ConfigSynonym {
  readonly value: string
}

/** One place that sets configs. */
interface Layer {
  readonly source: ConfigSource
  readonly values: ConfigMap
}

/**
 * The configs of one broker: those it was started with, those changed since for all brokers, and those changed for
 * it alone. The last count most. It never changes: a change gives another one.
 */
export class BrokerConfig {
  readonly #file: ConfigMap
  /** For all brokers, changed while they run. */
  readonly #all: ConfigMap
  /** For this one, changed while it runs. */
  readonly #own: ConfigMap
  readonly #layers: readonly Layer[]
  readonly #values = new Map<string, ConfigValue | null>()

  private constructor(file: ConfigMap, all: ConfigMap, own: ConfigMap) {
    this.#file = file
    this.#all = all
    this.#own = own
    this.#layers = [
      { source: configSources.broker, values: own },
      { source: configSources.allBrokers, values: all },
      { source: configSources.file, values: file },
    ]
    for (const [name, row] of brokerConfigRows) this.#values.set(name, this.#read(name, row))
  }

  /**
   * What a broker is started with. Names that are not known are kept and told, as Kafka does.
   *
   * @throws ArgumentError naming the config whose value cannot be used
   */
  static from(given: GivenConfig = {}): BrokerConfig {
    return new BrokerConfig(none, new Map([[perCluster, '1']]), none).and(given)
  }

  /** The same broker started with these too. */
  and(given: GivenConfig): BrokerConfig {
    const texts = new Map(Object.entries(given).map(([name, value]) => [name, String(value)]))
    for (const [name, value] of texts) check(name, value)
    const id = texts.get('node.id') ?? texts.get('broker.id')
    if (id !== undefined) texts.set('node.id', id).set('broker.id', id)
    const shared = [...texts].filter(([name]) => name === perCluster)
    return new BrokerConfig(merge(this.#file, texts), merge(this.#all, new Map(shared)), this.#own)
  }

  /** The same broker after changes while it runs: what is set now for all brokers, and for this one. */
  changed(all: ConfigMap, own: ConfigMap): BrokerConfig {
    return new BrokerConfig(this.#file, all, own)
  }

  int(name: NameOf<Known, 'INT' | 'SHORT'>): number {
    return this.#set(name) as number
  }

  long(name: NameOf<Known, 'LONG'>): bigint {
    return this.#set(name) as bigint
  }

  double(name: NameOf<Known, 'DOUBLE'>): number {
    return this.#set(name) as number
  }

  flag(name: NameOf<Known, 'BOOLEAN'>): boolean {
    return this.#set(name) as boolean
  }

  text(name: NameOf<Known, 'STRING'>): string {
    return this.#set(name) as string
  }

  list(name: NameOf<Known, 'LIST'>): readonly string[] {
    return this.#set(name) as readonly string[]
  }

  /** Whether it has a value, set or by default. */
  isSet(name: keyof Known): boolean {
    return this.value(name) !== null
  }

  /** Null when nothing is set and there is no default. */
  value(name: string): ConfigValue | null {
    return this.#values.get(name) ?? null
  }

  /** What is set for all brokers while they run. */
  get forAll(): ConfigMap {
    return this.#all
  }

  /** What is set for this broker while it runs. */
  get forOne(): ConfigMap {
    return this.#own
  }

  /** Every place that sets it, the one that counts first, then those of its coarser units. */
  synonyms(name: string): readonly ConfigSynonym[] {
    const names = synonymsOf(name)
    const set = this.#layers.flatMap(({ source, values }) => placesIn(names, source, one => values.get(one)))
    const defaults = placesIn(
      names,
      configSources.default,
      one => brokerConfigRows.get(one) && fallbackText(brokerConfigRows.get(one)!),
    )
    const all = [...set, ...defaults]
    const first = all.findIndex(one => one.name === name)
    return first === -1 ? [] : all.slice(first)
  }

  /** The place that sets it, if any does. */
  place(name: string): Place | undefined {
    for (const { source, values } of this.#layers) {
      const value = values.get(name)
      if (value !== undefined) return { name, value, source }
    }
    return undefined
  }

  /** As DescribeConfigs tells them, by name. */
  entries(): readonly ConfigEntry[] {
    const given = this.#layers.flatMap(({ values }) => [...values.keys()])
    const names = new Set([...brokerConfigRows.keys(), ...given])
    return [...names].sort().map(name => this.#entry(name))
  }

  /** What is set for all brokers while they run, as DescribeConfigs tells it of no broker in particular. */
  sharedEntries(): readonly ConfigEntry[] {
    return [...this.#all.keys()].sort().map(name => {
      const entry = this.#entry(name)
      const shared = entry.synonyms.filter(({ source }) => source === configSources.allBrokers)
      const value = shared[0]!.value
      return { ...entry, value, source: configSources.allBrokers, synonyms: shared.slice(0, 1) }
    })
  }

  #entry(name: string): ConfigEntry {
    const row = brokerConfigRows.get(name)
    const synonyms = this.synonyms(name)
    const value = this.value(name)
    // Of a name that nobody knows it may be one.
    const isSecret = row === undefined || row.type === 'PASSWORD'
    return {
      name,
      value: isSecret || value === null ? null : writeConfig(row.type, value),
      type: row?.type,
      readOnly: row?.dynamic !== true,
      sensitive: isSecret,
      source: synonyms[0]?.source ?? configSources.default,
      synonyms: isSecret ? synonyms.map(one => ({ ...one, value: null })) : synonyms,
      documentation: row?.documentation ?? null,
    }
  }

  #read(name: string, row: ConfigRow): ConfigValue | null {
    const place = this.place(name)
    return place === undefined ? row.fallback : (readConfig(row.type, place.value) ?? null)
  }

  #set(name: string): ConfigValue {
    const value = this.value(name)
    if (value === null) throw new ArgumentError('config name', name, 'one that is set or has a default')
    return value
  }
}

/** Since eligible leader replicas (KIP-966) the cluster takes this one from the file of its first broker and keeps it. */
const perCluster = 'min.insync.replicas'

function check(name: string, value: string): void {
  const row = brokerConfigRows.get(name)
  const fault = row && faultOf(name, row, value)
  if (fault !== undefined)
    throw new ArgumentError(`config ${name}`, value, `a value that Kafka takes (${fault})`)
}

function merge(first: ConfigMap, second: ConfigMap): ConfigMap {
  return new Map([...first, ...second])
}

function placesIn(
  names: readonly string[],
  source: ConfigSource,
  valueOf: (name: string) => string | null | undefined,
): ConfigSynonym[] {
  return names.flatMap(name => {
    const value = valueOf(name)
    return value === undefined || value === null ? [] : [{ name, value, source }]
  })
}
