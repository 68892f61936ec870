import type { Cluster } from '../client'
import type { PartitionLine } from './partition-line'

/**
 * Whether the topic was deleted and created anew since the position was found: its name tells of another log then. A
 * line takes the first id that is known for its own.
 */
export function wasRecreated(line: PartitionLine, cluster: Cluster): boolean {
  const id = cluster.topics.get(line.at.topic)?.id
  if (id === undefined || id === line.topicId) return false
  const isNew = line.topicId !== undefined
  line.topicId = id
  return isNew
}
