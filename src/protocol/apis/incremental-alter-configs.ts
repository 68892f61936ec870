import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int8, int16, int32, string } from '../field'

/** Change single settings and keep the others (KIP-339). */
export const IncrementalAlterConfigs = defineApi({
  name: 'IncrementalAlterConfigs',
  key: 44,
  versions: [0, 1],
  flexible: 1,
  request: {
    resources: array({
      resourceType: int8,
      resourceName: string,
      configs: array({ name: string, configOperation: int8, value: string.nullable() }),
    }),
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    responses: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
    }),
  },
})
export interface IncrementalAlterConfigsRequest extends RequestOf<typeof IncrementalAlterConfigs> {}
export interface IncrementalAlterConfigsResponse extends ResponseOf<typeof IncrementalAlterConfigs> {}
