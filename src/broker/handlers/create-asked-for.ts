import type { ErrorName } from '../../protocol'
import { coordinatedBy } from '../cluster'
import type { Call } from './call'
import { topicNameFault } from './topic-name'

/**
 * A topic that was asked for and is not there: creates it where that is allowed, and answers the error that the one
 * who asked gets this time.
 */
export function createAskedFor(name: string, mayCreate: boolean, call: Call): ErrorName {
  if (topicNameFault(name) !== undefined) return 'INVALID_TOPIC_EXCEPTION'
  const { cluster, profile } = call
  if (!mayCreate || !cluster.config.flag('auto.create.topics.enable')) return 'UNKNOWN_TOPIC_OR_PARTITION'
  // Created by somebody else, and this broker has not heard of it yet.
  if (cluster.topics.get(name)) return profile.topicInCreation
  const kind = coordinatedBy(name)
  if (kind !== undefined) {
    cluster.needCoordinators(kind)
    return profile.topicInCreation
  }
  const replication = cluster.config.int('default.replication.factor')
  const partitions = cluster.config.int('num.partitions')
  const assignments = cluster.place({ first: cluster.nextStart(), partitions, replication })
  if (assignments === undefined) return profile.topicImpossible
  cluster.createTopic({ name, assignments, config: cluster.topicConfig() })
  return profile.topicInCreation
}
