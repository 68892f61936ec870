import { Apis, errorCode, type ErrorName } from '../../protocol'
import type { Coordinated } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'

const kinds: Readonly<Record<number, Coordinated>> = { 0: 'group', 1: 'transaction' }
const lastSingleVersion = 3

interface Coordinator {
  readonly key: string
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly errorCode: number
}

/** Which broker coordinates a group; the first question creates the topic that coordinators work from. */
export const findCoordinator = defineHandler(Apis.FindCoordinator, {
  handle({ key, keyType, coordinatorKeys }, call) {
    if (call.version <= lastSingleVersion) return single(coordinatorOf(key, keyType, call))
    return several(coordinatorKeys.map(one => coordinatorOf(one, keyType, call)))
  },

  refuse({ key, coordinatorKeys }, code, { version }) {
    if (version <= lastSingleVersion) return single({ ...nobody(key), errorCode: code })
    return several(coordinatorKeys.map(one => ({ ...nobody(one), errorCode: code })))
  },
})

/** What the fields of a single answer are where there is none. */
const absent = { nodeId: 0, host: '', port: 0, errorCode: 0 }

/** Found is said in the words `NONE`. */
function single(found: Coordinator) {
  return { ...found, errorMessage: found.errorCode === 0 ? 'NONE' : '', coordinators: [] }
}

function several(found: readonly Coordinator[]) {
  return { ...absent, coordinators: found.map(one => ({ ...one, errorMessage: '' })) }
}

function coordinatorOf(key: string, keyType: number, call: Call): Coordinator {
  const kind = kinds[keyType]
  if (kind === undefined) return failure(key, 'INVALID_REQUEST')
  call.cluster.needCoordinators(kind)
  const partition = call.cluster.coordinators.partitionFor(kind, key)
  if (partition === undefined) return failure(key, 'COORDINATOR_NOT_AVAILABLE')
  const { image } = call.broker
  const leader = image.topics.get(partition.topic.name)?.partitions[partition.index]?.leader
  const endpoint = leader === undefined ? undefined : image.brokers.get(leader)
  if (endpoint === undefined) return failure(key, 'COORDINATOR_NOT_AVAILABLE')
  const { id, host, port } = endpoint
  return { key, nodeId: id, host, port, errorCode: 0 }
}

function failure(key: string, error: ErrorName): Coordinator {
  return { ...nobody(key), errorCode: errorCode(error) }
}

const nobody = (key: string): Omit<Coordinator, 'errorCode'> => ({ key, nodeId: -1, host: '', port: -1 })
