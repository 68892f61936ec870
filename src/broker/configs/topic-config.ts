import type { BrokerConfig, ConfigMap } from './broker-config'
import { configSources } from './config-entry'
import { InheritedConfig } from './inherited-config'
import { topicConfigRows } from './synonyms'
import type { topicConfigs } from './topic-configs'

const kind = { rows: topicConfigRows, source: configSources.topic }

/** What one topic has set itself, over what its broker gives every topic. It never changes: a change gives another one. */
export class TopicConfig extends InheritedConfig<typeof topicConfigs> {
  readonly #broker: BrokerConfig

  /** @param overrides known names and values that can be read: see `topicConfigFault` */
  constructor(overrides: ConfigMap, broker: BrokerConfig) {
    super(kind, overrides, broker)
    this.#broker = broker
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
}
