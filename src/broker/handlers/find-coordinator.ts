import { Apis, errorCode, type ErrorName } from '../../protocol'
import type { Coordinated } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'

const kinds: Readonly<Record<number, Coordinated>> = { 0: 'group', 1: 'transaction' }
const lastSingleVersion = 3

/** Which broker coordinates a group; the first question creates the topic that coordinators work from. */
export const findCoordinator = defineHandler(Apis.FindCoordinator, {
  handle({ key, keyType, coordinatorKeys }, call) {
    const keys = call.version > lastSingleVersion ? coordinatorKeys : [key]
    const found = keys.map(one => coordinatorOf(one, keyType, call))
    return call.version > lastSingleVersion ? { coordinators: found } : { ...found[0]!, coordinators: [] }
  },

  refuse({ key, coordinatorKeys }, code, { version }) {
    if (version <= lastSingleVersion) return { ...nobody(key), errorCode: code, coordinators: [] }
    return { coordinators: coordinatorKeys.map(one => ({ ...nobody(one), errorCode: code })) }
  },
})

function coordinatorOf(key: string, keyType: number, call: Call) {
  const kind = kinds[keyType]
  if (kind === undefined) return failure(key, 'INVALID_REQUEST')
  call.cluster.needCoordinators(kind)
  const partition = call.cluster.coordinators.partitionFor(kind, key)!
  const { image } = call.broker
  const leader = image.topics.get(partition.topic.name)?.partitions[partition.index]?.leader
  const endpoint = leader === undefined ? undefined : image.brokers.get(leader)
  if (endpoint === undefined) return failure(key, 'COORDINATOR_NOT_AVAILABLE')
  const { id, host, port } = endpoint
  return {
    key,
    nodeId: id,
    host,
    port,
    errorCode: 0,
    errorMessage: call.version > lastSingleVersion ? '' : 'NONE',
  }
}

function failure(key: string, error: ErrorName) {
  return { ...nobody(key), errorCode: errorCode(error) }
}

const nobody = (key: string) => ({ key, nodeId: -1, host: '', port: -1, errorMessage: null })
