import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, string } from '../field'

/** The access rules that match a filter. */
export const DescribeAcls = defineApi({
  name: 'DescribeAcls',
  key: 29,
  versions: [0, 3],
  flexible: 2,
  request: {
    resourceTypeFilter: int8,
    resourceNameFilter: string.nullable(),
    patternTypeFilter: int8.since(1).default(3),
    principalFilter: string.nullable(),
    hostFilter: string.nullable(),
    operation: int8,
    permissionType: int8,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    resources: array({
      resourceType: int8,
      resourceName: string,
      patternType: int8.since(1).default(3),
      acls: array({ principal: string, host: string, operation: int8, permissionType: int8 }),
    }),
  },
})
export interface DescribeAclsRequest extends RequestOf<typeof DescribeAcls> {}
export interface DescribeAclsResponse extends ResponseOf<typeof DescribeAcls> {}
