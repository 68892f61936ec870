import type { TopicConfig } from '../configs'
import type { Partition } from './partition'
import { topicSettings, type TopicSettings } from './topic-settings'

/** A topic as the controller has it. */
export class Topic {
  readonly name: string
  /** In base64, as the protocol writes a UUID; a topic created anew under the same name has another. */
  readonly id: string
  readonly isInternal: boolean
  readonly partitions: Partition[] = []
  #config!: TopicConfig
  #settings!: TopicSettings

  constructor({ name, id, isInternal, config }: Pick<Topic, 'name' | 'id' | 'isInternal' | 'config'>) {
    this.name = name
    this.id = id
    this.isInternal = isInternal
    this.config = config
  }

  get config(): TopicConfig {
    return this.#config
  }

  /** Replaced when it is altered, or what it inherits is. */
  set config(config: TopicConfig) {
    this.#config = config
    this.#settings = topicSettings(config)
  }

  /** What of its config logs go by. */
  get settings(): TopicSettings {
    return this.#settings
  }
}
