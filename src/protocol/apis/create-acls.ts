import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, string } from '../field'

/** Add access rules; controller. */
export const CreateAcls = defineApi({
  name: 'CreateAcls',
  key: 30,
  versions: [0, 3],
  flexible: 2,
  request: {
    creations: array({
      resourceType: int8,
      resourceName: string,
      resourcePatternType: int8.since(1).default(3),
      principal: string,
      host: string,
      operation: int8,
      permissionType: int8,
    }),
  },
  response: {
    throttleTimeMs: int32,
    results: array({ errorCode: int16, errorMessage: string.nullable() }),
  },
})
export interface CreateAclsRequest extends RequestOf<typeof CreateAcls> {}
export interface CreateAclsResponse extends ResponseOf<typeof CreateAcls> {}
