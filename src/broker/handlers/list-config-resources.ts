import { Apis, errorCode } from '../../protocol'
import type { Call } from './call'
import { clientMetrics, configResources } from './config-resources'
import { defineHandler } from './handler'

/** In Kafka's order, which begins with the newest. */
const listed = [32, clientMetrics, 8, 4, 2]

/** The names of what has configs (KIP-1142). Version 0 is about client metrics alone. */
export const listConfigResources = defineHandler(Apis.ListConfigResources, {
  handle({ resourceTypes }, call) {
    if (resourceTypes.some(type => !listed.includes(type))) return failure(errorCode('UNSUPPORTED_VERSION'))
    const types = call.version === 0 ? [clientMetrics] : resourceTypes.length === 0 ? listed : resourceTypes
    const wanted = listed.filter(type => types.includes(type))
    return { ...failure(0), configResources: wanted.flatMap(type => namesOf(type, call)) }
  },

  refuse: (_request, code) => failure(code),
})

function namesOf(resourceType: number, call: Call) {
  const names = configResources.get(resourceType)?.list(call) ?? []
  return names.map(resourceName => ({ resourceName, resourceType }))
}

const failure = (code: number) => ({ throttleTimeMs: 0, errorCode: code, configResources: [] })
