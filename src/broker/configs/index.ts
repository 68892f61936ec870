export {
  BrokerConfig,
  brokerConfigNames,
  brokerConfigRows,
  type ConfigMap,
  type GivenConfig,
} from './broker-config'
export { configSources, type ConfigEntry } from './config-entry'
export { fallbackText, faultOf, type ConfigRow } from './config-row'
export { configTypes } from './config-type'
export { GroupConfig, groupConfigFault } from './group-config'
export { groupConfigRows } from './group-configs'
export { nearestName } from './nearest-name'
export { selectors } from './broker-configs'
export { topicConfigRows } from './synonyms'
export { TopicConfig } from './topic-config'
export { topicConfigFault, validateTopicConfig } from './topic-config-fault'
