import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { int16, int32, string, uuid } from '../field'

/** Take a controller out of the voters of the KRaft quorum (KIP-853). */
export const RemoveRaftVoter = defineApi({
  name: 'RemoveRaftVoter',
  key: 81,
  versions: [0, 0],
  flexible: 0,
  request: { clusterId: string.nullable(), voterId: int32, voterDirectoryId: uuid },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().ignorable(),
  },
})
export interface RemoveRaftVoterRequest extends RequestOf<typeof RemoveRaftVoter> {}
export interface RemoveRaftVoterResponse extends ResponseOf<typeof RemoveRaftVoter> {}
