import type { Call } from '../../../src/broker/seams'
import type { Api, ReceivedRequestOf } from '../../../src/protocol'
import { handlerOf, type Mutate } from './mutate'

/** Requests of this API are served as if another broker had been asked. */
export function askedElsewhere<A extends Api>(
  api: A,
  brokerFor: (request: ReceivedRequestOf<A>, call: Call) => number | undefined,
): Mutate {
  return handlerOf(api, (request, call, right) => {
    const broker = call.cluster.nodes.get(brokerFor(request, call) ?? -1) ?? call.broker
    return right(request, { ...call, broker })
  })
}
