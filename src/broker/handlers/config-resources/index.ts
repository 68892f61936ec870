import { brokerResource } from './broker-resource'
import { groupResource } from './group-resource'
import { loggerResource } from './logger-resource'
import type { ConfigResource } from './resource'
import { topicResource } from './topic-resource'

/** Numbers of what has configs. */
export const loggers = 8
/** Of these there are none here. */
export const clientMetrics = 16

/** What has configs, by its number in the protocol. */
export const configResources: ReadonlyMap<number, ConfigResource> = new Map([
  [2, topicResource],
  [4, brokerResource],
  [loggers, loggerResource],
  [32, groupResource],
])

export { changeList, type ListOperation } from './list-change'
export type { ConfigResource } from './resource'
