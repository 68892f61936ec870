import { topicConfigFault, topicConfigRows } from '../../configs'
import { refusal, type Refusal } from '../refusal'
import { topicNameFault } from '../topic-name'
import { listFault } from './list-change'
import type { ConfigResource } from './resource'

export const topicResource: ConfigResource = {
  rows: topicConfigRows,

  describe(name, { broker, cluster }) {
    const fault = impossible(name)
    if (fault !== undefined) return fault
    const topic = broker.image.topics.has(name) ? cluster.topics.get(name) : undefined
    if (topic === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION', '')
    return topic.config.on(broker.configFrom(cluster.config)).entries()
  },

  get: (name, { cluster }) => cluster.topics.get(name)?.config.overrides ?? new Map(),

  listFault,

  nameFault(name) {
    return name === ''
      ? refusal('INVALID_REQUEST', 'Default topic resources are not allowed.')
      : impossible(name)
  },

  changeFault(name, { next }, { cluster }) {
    const fault = topicConfigFault(next)
    if (fault !== undefined) return refusal('INVALID_CONFIG', fault)
    if (cluster.topics.get(name)) return undefined
    return refusal('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`)
  },

  set(name, next, { cluster }) {
    cluster.alterTopic(cluster.topics.get(name)!, Object.fromEntries(next))
  },

  list: ({ broker }) => [...broker.image.topics.keys()],
}

function impossible(name: string): Refusal | undefined {
  const fault = topicNameFault(name)
  return fault === undefined
    ? undefined
    : refusal('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${fault}`)
}
