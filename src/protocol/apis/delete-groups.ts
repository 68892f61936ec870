import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string } from '../field'

/** Remove groups without members, with their offsets; group coordinator. */
export const DeleteGroups = defineApi({
  name: 'DeleteGroups',
  key: 42,
  versions: [0, 2],
  flexible: 2,
  request: { groupsNames: array(string) },
  response: {
    throttleTimeMs: int32,
    results: array({ groupId: string, errorCode: int16 }),
  },
})
export interface DeleteGroupsRequest extends RequestOf<typeof DeleteGroups> {}
export interface DeleteGroupsResponse extends ResponseOf<typeof DeleteGroups> {}
