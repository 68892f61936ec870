import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, string } from '../field'

/** Remove the access rules that match filters; controller. */
export const DeleteAcls = defineApi({
  name: 'DeleteAcls',
  key: 31,
  versions: [0, 3],
  flexible: 2,
  request: {
    filters: array({
      resourceTypeFilter: int8,
      resourceNameFilter: string.nullable(),
      patternTypeFilter: int8.since(1).default(3),
      principalFilter: string.nullable(),
      hostFilter: string.nullable(),
      operation: int8,
      permissionType: int8,
    }),
  },
  response: {
    throttleTimeMs: int32,
    filterResults: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      matchingAcls: array({
        errorCode: int16,
        errorMessage: string.nullable(),
        resourceType: int8,
        resourceName: string,
        patternType: int8.since(1).default(3),
        principal: string,
        host: string,
        operation: int8,
        permissionType: int8,
      }),
    }),
  },
})
export interface DeleteAclsRequest extends RequestOf<typeof DeleteAcls> {}
export interface DeleteAclsResponse extends ResponseOf<typeof DeleteAcls> {}
