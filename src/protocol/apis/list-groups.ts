import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, int32, string } from '../field'

/** The groups that one broker coordinates: ask every broker to see all. */
export const ListGroups = defineApi({
  name: 'ListGroups',
  key: 16,
  versions: [0, 5],
  flexible: 3,
  request: {
    /** Empty: groups in all states (KIP-518). */
    statesFilter: array(string).since(4),
    /** Empty: groups of all types, such as classic or consumer (KIP-848). */
    typesFilter: array(string).since(5),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    groups: array({
      groupId: string,
      protocolType: string,
      groupState: string.since(4).ignorable(),
      groupType: string.since(5).ignorable(),
    }),
  },
})
export interface ListGroupsRequest extends RequestOf<typeof ListGroups> {}
export interface ListGroupsResponse extends ResponseOf<typeof ListGroups> {}
