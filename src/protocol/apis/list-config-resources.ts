import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, string } from '../field'

/**
 * The names of what has settings (KIP-1142). Version 0, ListClientMetricsResources once, knows client metrics
 * only.
 */
export const ListConfigResources = defineApi({
  name: 'ListConfigResources',
  key: 74,
  versions: [0, 1],
  flexible: 0,
  request: { resourceTypes: array(int8).since(1) },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    configResources: array({ resourceName: string, resourceType: int8.since(1).default(16).ignorable() }),
  },
})
export interface ListConfigResourcesRequest extends RequestOf<typeof ListConfigResources> {}
export interface ListConfigResourcesResponse extends ResponseOf<typeof ListConfigResources> {}
