import { Apis } from '../../protocol'
import type { BrokerEndpoint } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'
import { operations, whenAsked } from './operations'
import { refusal, verdict, type Refusal } from './refusal'

const endpointTypes = { brokers: 1, controllers: 2 }

/** The brokers and who they are to each other. */
export const describeCluster = defineHandler(Apis.DescribeCluster, {
  handle(request, call) {
    const refused = wrongKind(request.endpointType)
    if (refused !== undefined) return { ...nobody, ...verdict(refused) }
    const { controllerId } = call.broker.image
    return {
      throttleTimeMs: 0,
      ...verdict(),
      clusterId: call.cluster.id,
      controllerId,
      brokers: brokersOf(request.includeFencedBrokers, call),
      clusterAuthorizedOperations: whenAsked(request.includeClusterAuthorizedOperations, operations.cluster),
    }
  },

  refuse: (_request, code) => ({ ...nobody, errorCode: code, errorMessage: null }),
})

const nobody = { throttleTimeMs: 0, clusterId: '', controllerId: -1, brokers: [] }

function wrongKind(endpointType: number): Refusal | undefined {
  if (endpointType === endpointTypes.brokers) return undefined
  if (endpointType !== endpointTypes.controllers)
    return refusal('UNSUPPORTED_ENDPOINT_TYPE', `Unsupported endpoint type ${endpointType}`)
  return refusal(
    'MISMATCHED_ENDPOINT_TYPE',
    'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
  )
}

/** Those that are down are fenced: known, and not to be used. */
function brokersOf(includeFenced: boolean, { broker, cluster }: Call) {
  const { brokers } = broker.image
  const living = [...brokers.values()].map(endpoint => fields(endpoint, false))
  if (!includeFenced) return living
  const fenced = [...cluster.nodes.values()].filter(({ id }) => !brokers.has(id))
  return [...living, ...fenced.map(({ endpoint }) => fields(endpoint, true))]
}

function fields({ id, host, port, rack }: BrokerEndpoint, isFenced: boolean) {
  return { brokerId: id, host, port, rack, isFenced }
}
